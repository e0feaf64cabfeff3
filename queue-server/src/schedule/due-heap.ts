/** Where a slot is in the heap that is not in it. */
const ABSENT = 0xff_ff_ff_ff;

/** A binary heap of slots, the first one on top. A slot can be removed from anywhere. */
export class DueHeap {
  readonly #isBefore: (slot: number, other: number) => boolean;
  #slots: Uint32Array<ArrayBuffer>;
  /** By slot. */
  #positions: Uint32Array<ArrayBuffer>;
  #size = 0;

  constructor(capacity: number, isBefore: (slot: number, other: number) => boolean) {
    this.#isBefore = isBefore;
    this.#slots = new Uint32Array(capacity);
    this.#positions = new Uint32Array(capacity).fill(ABSENT);
  }

  get size(): number {
    return this.#size;
  }

  /** Undefined: it is empty. */
  get first(): number | undefined {
    return this.#size === 0 ? undefined : this.#slots[0];
  }

  has(slot: number): boolean {
    return this.#positions[slot] !== ABSENT;
  }

  /** Slots may be numbered up to a larger capacity. */
  grow(capacity: number): void {
    const [slots, positions] = [this.#slots, this.#positions];
    this.#slots = new Uint32Array(capacity);
    this.#slots.set(slots);
    this.#positions = new Uint32Array(capacity).fill(ABSENT);
    this.#positions.set(positions);
  }

  add(slot: number): void {
    if (!this.has(slot)) this.#rise(slot, this.#size++);
  }

  delete(slot: number): void {
    const position = this.#positions[slot];
    if (position === undefined || position === ABSENT) return;
    this.#positions[slot] = ABSENT;
    const last = this.#slots[--this.#size];
    if (last === undefined || last === slot) return;
    this.#rise(last, position);
    this.#sink(last);
  }

  /** Moves up a slot that may be put at a position. */
  #rise(slot: number, from: number): void {
    let position = from;
    while (position > 0) {
      const above = (position - 1) >>> 1;
      const parent = this.#slots[above] ?? 0;
      if (!this.#isBefore(slot, parent)) break;
      this.#put(parent, position);
      position = above;
    }
    this.#put(slot, position);
  }

  #sink(slot: number): void {
    let position = this.#positions[slot] ?? 0;
    for (;;) {
      const below = this.#earlierBelow(position);
      if (below === undefined) break;
      const child = this.#slots[below] ?? 0;
      if (!this.#isBefore(child, slot)) break;
      this.#put(child, position);
      position = below;
    }
    this.#put(slot, position);
  }

  #earlierBelow(position: number): number | undefined {
    const left = 2 * position + 1;
    if (left >= this.#size) return undefined;
    const right = left + 1;
    if (right >= this.#size) return left;
    return this.#isBefore(this.#slots[right] ?? 0, this.#slots[left] ?? 0) ? right : left;
  }

  #put(slot: number, position: number): void {
    this.#slots[position] = slot;
    this.#positions[slot] = position;
  }
}
