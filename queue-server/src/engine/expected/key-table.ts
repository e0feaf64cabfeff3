import { randomInt } from 'node:crypto';
import { NO_SEQ } from '../dedup/id-table.js';

const { imul } = Math;

/** A power of two: the upper half of one part of the hash selects the bucket. */
const BUCKETS = 2 ** 16;
/** Of an entry, 16 bits each: two of the hash, three of the seq. */
const WORDS = 5;
/** The least number of entries that a full bucket grows by; a large one grows by a quarter. */
const MORE_ENTRIES = 8;

/**
 * The last seq of each ordering key by a hash of 48 bits, in 10 bytes a key. Each bucket grows by itself, so that no
 * change takes long. Keys that have the same hash share an entry, with the later of their seqs.
 *
 * The hash has random seeds: publishers may choose their keys, but not such that they collide.
 */
export class KeyTable {
  readonly #seeds: readonly [number, number];
  readonly #buckets: Uint16Array[] = [];
  /** By bucket, its words in use. */
  readonly #used = new Uint32Array(BUCKETS);

  /** `random`: returns 32 random bits. */
  constructor(random: () => number = random32) {
    this.#seeds = [random(), random()];
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.#buckets.reduce((sum, { byteLength }) => sum + byteLength, this.#used.byteLength);
  }

  /** At least the last seq of the key; `NO_SEQ`: it has none. */
  get(key: string): number {
    const [upper, lower] = this.#hash(key);
    const bucket = this.#buckets[upper >>> 16];
    if (bucket === undefined) return NO_SEQ;
    const at = find(bucket, this.#used[upper >>> 16] ?? 0, upper, lower);
    return at < 0 ? NO_SEQ : seqAt(bucket, at);
  }

  /** Notes a seq of a key, unless a later one is known. Seqs before `firstSeq` are no longer needed. */
  raise(key: string, seq: number, firstSeq: number): void {
    const [upper, lower] = this.#hash(key);
    const place = upper >>> 16;
    let bucket = (this.#buckets[place] ??= new Uint16Array(WORDS * MORE_ENTRIES));
    let at = find(bucket, this.#used[place] ?? 0, upper, lower);
    if (at >= 0 && seqAt(bucket, at) >= seq) return;
    if (at < 0) {
      bucket = this.#withRoom(place, bucket, firstSeq);
      at = this.#used[place] ?? 0;
      this.#used[place] = at + WORDS;
      bucket[at] = upper;
      bucket[at + 1] = lower;
    }
    bucket[at + 2] = seq;
    bucket[at + 3] = seq / 2 ** 16;
    bucket[at + 4] = seq / 2 ** 32;
  }

  /** The bucket with room for one more: without what is no longer needed, or larger. */
  #withRoom(place: number, bucket: Uint16Array, firstSeq: number): Uint16Array {
    const used = this.#used[place] ?? 0;
    if (used < bucket.length) return bucket;
    let kept = 0;
    for (let at = 0; at < used; at += WORDS) {
      if (seqAt(bucket, at) < firstSeq) continue;
      bucket.copyWithin(kept, at, at + WORDS);
      kept += WORDS;
    }
    this.#used[place] = kept;
    if (kept <= 0.75 * bucket.length) return bucket;
    const entries = bucket.length / WORDS;
    const larger = new Uint16Array(WORDS * (entries + Math.max(MORE_ENTRIES, Math.ceil(entries / 4))));
    larger.set(bucket.subarray(0, kept));
    this.#buckets[place] = larger;
    return larger;
  }

  /** Two parts of 32 bits; of the second only the lower half is used. */
  #hash(key: string): readonly [upper: number, lower: number] {
    let [a, b] = this.#seeds;
    for (let at = 0; at < key.length; at++) {
      const unit = key.charCodeAt(at);
      a = imul(a ^ unit, 0x9e3779b1);
      b = imul(b ^ unit, 0x5f356495);
    }
    return [mix(a ^ (b >>> 15)), mix(b ^ (a >>> 13))];
  }
}

const random32 = (): number => randomInt(2 ** 32);

const mix = (value: number): number => {
  const product = imul(value ^ (value >>> 16), 0x85ebca6b);
  return product ^ (product >>> 13);
};

/** The word at which the entry of a hash begins; -1: there is none. */
const find = (bucket: Uint16Array, used: number, upper: number, lower: number): number => {
  const [first, second] = [upper & 0xffff, lower & 0xffff];
  for (let at = 0; at < used; at += WORDS) if (bucket[at] === first && bucket[at + 1] === second) return at;
  return -1;
};

const seqAt = (bucket: Uint16Array, at: number): number =>
  (bucket[at + 2] ?? 0) + (bucket[at + 3] ?? 0) * 2 ** 16 + (bucket[at + 4] ?? 0) * 2 ** 32;
