import { randomInt } from 'node:crypto';

export const ID_BYTES = 16;

/** In place of the seq of a message that is not stored: seqs begin at 1. */
export const NO_SEQ = 0;

const FEWEST_SLOTS = 1_024;
/** Of the slots, so that the first one is mostly free. */
const MAX_LOAD = 0.4;

/**
 * A hash table from 128-bit ids to seqs, without an object per id: both in the order in which they were added, and open
 * addressing over flat arrays. Most ids looked up are new: a byte of the hash per slot tells, from memory that fits the
 * cache of the processor.
 *
 * The hash is multiply-shift (Dietzfelbinger et al. 1997) with random factors: publishers may choose their ids, but not
 * such that they collide.
 */
export class IdTable {
  readonly #factors: Uint32Array;
  /** By slot: a part of the hash of its id; 0: empty. */
  #tags: Uint8Array;
  /** By slot: the index of its id in what follows. */
  #indexes: Uint32Array;
  #words: Uint32Array;
  #seqs: Float64Array;
  #size = 0;

  /** `expected`: the number of ids that fit before the table grows. `random`: returns 32 random bits. */
  constructor(expected = 0, random: () => number = random32) {
    const slots = Math.max(FEWEST_SLOTS, 2 ** Math.ceil(Math.log2(expected / MAX_LOAD + 1)));
    this.#tags = new Uint8Array(slots);
    this.#indexes = new Uint32Array(slots);
    this.#words = new Uint32Array(4 * capacityOf(slots));
    this.#seqs = new Float64Array(capacityOf(slots));
    this.#factors = Uint32Array.from({ length: 4 }, () => random() | 1);
  }

  get size(): number {
    return this.#size;
  }

  /** The seq of the id in these 16 bytes; `NO_SEQ` when it is not known. */
  find(view: DataView, at: number): number {
    const slot = this.#slot(this.#hash(view, at), view, at);
    return this.#tags[slot] === 0 ? NO_SEQ : (this.#seqs[this.#indexes[slot] ?? 0] ?? NO_SEQ);
  }

  /** Adds an id that is not known. */
  add(view: DataView, at: number, seq: number): void {
    if (this.#size >= this.#seqs.length) this.#rebuild(this.#tags.length * 2, Infinity);
    this.#put(view, at, seq);
  }

  /** Adds an id, or gives one that is known another seq. */
  set(view: DataView, at: number, seq: number): void {
    const slot = this.#slot(this.#hash(view, at), view, at);
    if (this.#tags[slot] === 0) this.add(view, at, seq);
    else this.#seqs[this.#indexes[slot] ?? 0] = seq;
  }

  /** Forgets the ids of a seq and all later ones. */
  forget(fromSeq: number): void {
    this.#rebuild(this.#tags.length, fromSeq);
  }

  /** Copies the ids of the seqs from `fromSeq` on, as many as there is room for, to `into`, in the order of the seqs. */
  copyTo(into: DataView, fromSeq: number): { readonly count: number; readonly firstSeq: number } {
    const beforeSeq = fromSeq + into.byteLength / ID_BYTES;
    let count = 0;
    let firstSeq = beforeSeq;
    for (let index = 0; index < this.#size; index++) {
      const seq = this.#seqs[index] ?? NO_SEQ;
      if (seq < fromSeq || seq >= beforeSeq) continue;
      copyId(this.#words, index, into, ID_BYTES * (seq - fromSeq));
      count++;
      if (seq < firstSeq) firstSeq = seq;
    }
    return { count, firstSeq };
  }

  /** The slot of the id with this hash, or the empty slot for it. */
  #slot(hash: number, view: DataView, at: number): number {
    const [tags, indexes, words] = [this.#tags, this.#indexes, this.#words];
    const tag = tagOf(hash, tags.length);
    let slot = slotOf(hash, tags.length);
    for (; tags[slot] !== 0; slot = (slot + 1) & (tags.length - 1)) {
      if (tags[slot] === tag && isAt(words, 4 * (indexes[slot] ?? 0), view, at)) break;
    }
    return slot;
  }

  #hash(view: DataView, at: number): number {
    const [a = 1, b = 1, c = 1, d = 1] = this.#factors;
    return (
      (Math.imul(view.getUint32(at), a) +
        Math.imul(view.getUint32(at + 4), b) +
        Math.imul(view.getUint32(at + 8), c) +
        Math.imul(view.getUint32(at + 12), d)) >>>
      0
    );
  }

  #put(view: DataView, at: number, seq: number): void {
    const hash = this.#hash(view, at);
    const slot = this.#slot(hash, view, at);
    const index = this.#size++;
    for (let word = 0; word < 4; word++) this.#words[4 * index + word] = view.getUint32(at + 4 * word);
    this.#seqs[index] = seq;
    this.#tags[slot] = tagOf(hash, this.#tags.length);
    this.#indexes[slot] = index;
  }

  /** Puts all ids below a seq into a new table. */
  #rebuild(slots: number, beforeSeq: number): void {
    const [size, words, seqs] = [this.#size, this.#words, this.#seqs];
    this.#tags = new Uint8Array(slots);
    this.#indexes = new Uint32Array(slots);
    this.#words = new Uint32Array(4 * capacityOf(slots));
    this.#seqs = new Float64Array(capacityOf(slots));
    this.#size = 0;
    const id = new DataView(new ArrayBuffer(ID_BYTES));
    for (let index = 0; index < size; index++) {
      const seq = seqs[index] ?? NO_SEQ;
      if (seq >= beforeSeq) continue;
      copyId(words, index, id, 0);
      this.#put(id, 0, seq);
    }
  }
}

const capacityOf = (slots: number): number => Math.floor(MAX_LOAD * slots);

const copyId = (words: Uint32Array, index: number, into: DataView, at: number): void => {
  for (let word = 0; word < 4; word++) into.setUint32(at + 4 * word, words[4 * index + word] ?? 0);
};

const random32 = (): number => randomInt(2 ** 32);

/** The highest bits of the hash: as many as number the slots, a power of two. */
const slotOf = (hash: number, slots: number): number => hash >>> (Math.clz32(slots) + 1);

/** The 8 bits below those of the slot; never 0. */
const tagOf = (hash: number, slots: number): number => (hash * slots) >>> 24 || 1;

const isAt = (words: Uint32Array, word: number, view: DataView, at: number): boolean =>
  words[word + 3] === view.getUint32(at + 12) &&
  words[word + 2] === view.getUint32(at + 8) &&
  words[word + 1] === view.getUint32(at + 4) &&
  words[word] === view.getUint32(at);
