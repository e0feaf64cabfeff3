const END = 0xff_ff_ff_ff;

/** Finds slots by a hash: those of the same bucket are chained. */
export class IdChains {
  #hashes: Uint32Array<ArrayBuffer>;
  #nexts: Uint32Array<ArrayBuffer>;
  /** As many as slots: a power of two. */
  #buckets: Uint32Array<ArrayBuffer>;

  constructor(capacity: number) {
    this.#hashes = new Uint32Array(capacity);
    this.#nexts = new Uint32Array(capacity).fill(END);
    this.#buckets = new Uint32Array(capacity).fill(END);
  }

  /** `slots`: those that are in use. */
  grow(capacity: number, slots: Iterable<number>): void {
    const hashes = this.#hashes;
    this.#hashes = new Uint32Array(capacity);
    this.#hashes.set(hashes);
    this.#nexts = new Uint32Array(capacity).fill(END);
    this.#buckets = new Uint32Array(capacity).fill(END);
    for (const slot of slots) this.add(slot, hashes[slot] ?? 0);
  }

  add(slot: number, hash: number): void {
    const bucket = this.#bucketOf(hash);
    this.#hashes[slot] = hash;
    this.#nexts[slot] = this.#buckets[bucket] ?? END;
    this.#buckets[bucket] = slot;
  }

  delete(slot: number): void {
    const bucket = this.#bucketOf(this.#hashes[slot] ?? 0);
    const next = this.#nexts[slot] ?? END;
    let before = this.#buckets[bucket] ?? END;
    if (before === slot) {
      this.#buckets[bucket] = next;
      return;
    }
    while (before !== END && this.#nexts[before] !== slot) before = this.#nexts[before] ?? END;
    if (before !== END) this.#nexts[before] = next;
  }

  /** The slots with this hash. */
  find(hash: number): number[] {
    const found: number[] = [];
    let slot = this.#buckets[this.#bucketOf(hash)] ?? END;
    for (; slot !== END; slot = this.#nexts[slot] ?? END) if (this.#hashes[slot] === hash) found.push(slot);
    return found;
  }

  #bucketOf(hash: number): number {
    return hash & (this.#buckets.length - 1);
  }
}
