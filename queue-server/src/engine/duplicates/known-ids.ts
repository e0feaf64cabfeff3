import { MINUTE } from '@typed-queue/contracts';
import { IdTable } from './id-table.js';

export interface KnownIdsLimits {
  /** How many of the newest ids are known at least, unless they are older than `maxAgeMs`. Default 100,000. */
  readonly capacity?: number;
  /** Default 5 minutes. */
  readonly maxAgeMs?: number;
}

/**
 * The ids of the newest messages of a queue, so that a message published again is recognised. Two generations:
 * when the younger is full or old, the older is forgotten as a whole.
 */
export class KnownIds {
  readonly #capacity: number;
  readonly #maxAgeMs: number;
  #young = new IdTable();
  #old = new IdTable();
  #youngSince = 0;

  constructor({ capacity = 100_000, maxAgeMs = 5 * MINUTE }: KnownIdsLimits = {}) {
    this.#capacity = capacity;
    this.#maxAgeMs = maxAgeMs;
  }

  /** The seq of the id in these 16 bytes; when it is not known, it is from now on, as `seq`, and the answer is 0. */
  findOrAdd(view: DataView, at: number, seq: number, now: number): number {
    const known = this.#young.find(view, at) || this.#old.find(view, at);
    if (known !== 0) return known;
    if (this.#young.size === 0) this.#youngSince = now;
    if (this.#young.size >= this.#capacity || now - this.#youngSince >= this.#maxAgeMs) {
      this.#old = this.#young;
      this.#young = new IdTable();
      this.#youngSince = now;
    }
    this.#young.add(view, at, seq);
    return 0;
  }

  /** The appends from a seq on failed: their seqs will mean other messages. */
  forget(fromSeq: number): void {
    this.#young.forget(fromSeq);
    this.#old.forget(fromSeq);
  }
}
