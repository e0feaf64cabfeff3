export const ID_BYTES = 16;

/** In place of the seq of a message that is not stored: seqs begin at 1. */
export const NO_SEQ = 0;

/** A hash table from 128-bit ids to seqs, without an object per id: open addressing over flat arrays. */
export class IdTable {
  #words = new Uint32Array(4 * 1024);
  /** By slot; `NO_SEQ`: empty. */
  #seqs = new Float64Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The seq of the id in these 16 bytes; `NO_SEQ` when it is not known. */
  find(view: DataView, at: number): number {
    return this.#seqs[this.#slot(view, at)] ?? NO_SEQ;
  }

  /** Adds an id that is not known. */
  add(view: DataView, at: number, seq: number): void {
    if (this.#size * 2 >= this.#seqs.length) this.#rebuild(this.#seqs.length * 2, Infinity);
    this.#put(this.#slot(view, at), view, at, seq);
  }

  /** Forgets the ids of a seq and all later ones. */
  forget(fromSeq: number): void {
    this.#rebuild(this.#seqs.length, fromSeq);
  }

  /** Copies the ids of the seqs from `fromSeq` on, as many as there is room for, to `into`, in the order of the seqs. */
  copyTo(into: DataView, fromSeq: number): { readonly count: number; readonly firstSeq: number } {
    const beforeSeq = fromSeq + into.byteLength / ID_BYTES;
    let count = 0;
    let firstSeq = beforeSeq;
    for (let slot = 0; slot < this.#seqs.length; slot++) {
      const seq = this.#seqs[slot] ?? NO_SEQ;
      if (seq < fromSeq || seq >= beforeSeq) continue;
      const at = ID_BYTES * (seq - fromSeq);
      for (let word = 0; word < 4; word++) into.setUint32(at + 4 * word, this.#words[4 * slot + word] ?? 0);
      count++;
      if (seq < firstSeq) firstSeq = seq;
    }
    return { count, firstSeq };
  }

  /** The slot of the id, or the empty slot for it. */
  #slot(view: DataView, at: number): number {
    const mask = this.#seqs.length - 1;
    const words = this.#words;
    const [a, b, c, d] = [
      view.getUint32(at),
      view.getUint32(at + 4),
      view.getUint32(at + 8),
      view.getUint32(at + 12),
    ];
    // Publishers may choose their ids: every part of them must affect the slot.
    const hash = Math.imul(a, 0x85ebca6b) ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(c, 0xc2b2ae35) ^ d;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (; this.#seqs[slot] !== NO_SEQ; slot = (slot + 1) & mask) {
      const word = 4 * slot;
      if (words[word + 3] === d && words[word + 2] === c && words[word + 1] === b && words[word] === a) break;
    }
    return slot;
  }

  #put(slot: number, view: DataView, at: number, seq: number): void {
    for (let word = 0; word < 4; word++) this.#words[4 * slot + word] = view.getUint32(at + 4 * word);
    this.#seqs[slot] = seq;
    this.#size++;
  }

  /** Puts all ids below a seq into a new table. */
  #rebuild(slots: number, beforeSeq: number): void {
    const [words, seqs] = [this.#words, this.#seqs];
    this.#words = new Uint32Array(4 * slots);
    this.#seqs = new Float64Array(slots);
    this.#size = 0;
    const id = new DataView(new ArrayBuffer(ID_BYTES));
    seqs.forEach((seq, slot) => {
      if (seq === NO_SEQ || seq >= beforeSeq) return;
      for (let word = 0; word < 4; word++) id.setUint32(4 * word, words[4 * slot + word] ?? 0);
      this.#put(this.#slot(id, 0), id, 0, seq);
    });
  }
}
