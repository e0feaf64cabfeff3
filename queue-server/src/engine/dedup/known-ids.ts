import { MINUTE } from '@typed-queue/contracts';
import { ID_BYTES, IdTable, NO_SEQ } from './id-table.js';

/** How many of the newest ids are known at least, unless they are older than `IDS_KEPT_MS`. */
export const IDS_KEPT = 100_000;
export const IDS_KEPT_MS = 5 * MINUTE;

export interface KnownIdsLimits {
  /** Default `IDS_KEPT`. */
  readonly capacity?: number;
  /** Default `IDS_KEPT_MS`. */
  readonly maxAgeMs?: number;
}

/**
 * The ids of the newest messages of a queue, to recognise a message that is published again. Two generations: when the
 * younger is full or old, the older is dropped as a whole.
 */
export class KnownIds {
  readonly #capacity: number;
  readonly #maxAgeMs: number;
  #young = new IdTable();
  #old = new IdTable();
  #youngSince = 0;

  constructor({ capacity = IDS_KEPT, maxAgeMs = IDS_KEPT_MS }: KnownIdsLimits = {}) {
    this.#capacity = capacity;
    this.#maxAgeMs = maxAgeMs;
  }

  /** The seq of the id in these 16 bytes; `NO_SEQ` when it was unknown, and it is then added with `seq`. */
  findOrAdd(view: DataView, at: number, seq: number, now: number): number {
    const known = this.find(view, at);
    if (known !== NO_SEQ) return known;
    this.#makeRoom(now);
    this.#young.add(view, at, seq);
    return NO_SEQ;
  }

  /** The seq of the id in these 16 bytes; `NO_SEQ` when it is unknown. */
  find(view: DataView, at: number): number {
    const young = this.#young.find(view, at);
    return young === NO_SEQ ? this.#old.find(view, at) : young;
  }

  /** Adds an id, or gives one that is known another seq. */
  set(view: DataView, at: number, seq: number, now: number): void {
    this.#makeRoom(now);
    this.#young.set(view, at, seq);
  }

  #makeRoom(now: number): void {
    if (this.#young.size === 0) this.#youngSince = now;
    if (this.#young.size < this.#capacity && now - this.#youngSince < this.#maxAgeMs) return;
    this.#old = this.#young;
    this.#young = new IdTable(this.#old.size);
    this.#youngSince = now;
  }

  /**
   * The ids of the last messages from `fromSeq` to before `nextSeq`, 16 bytes each, at most `capacity` of them, without
   * those that are too old. Undefined when there is a hole: two messages with the same id.
   */
  last(fromSeq: number, nextSeq: number): Uint8Array | undefined {
    const from = Math.max(fromSeq, nextSeq - this.#capacity);
    const into = new DataView(new ArrayBuffer(ID_BYTES * (nextSeq - from)));
    const young = this.#young.copyTo(into, from);
    if (young.count === nextSeq - from) return new Uint8Array(into.buffer);
    const old = this.#old.copyTo(into, from);
    const firstSeq = Math.min(old.firstSeq, young.firstSeq);
    if (old.count + young.count < nextSeq - firstSeq) return undefined;
    return new Uint8Array(into.buffer, ID_BYTES * (firstSeq - from));
  }

  /** The appends from a seq on failed: their seqs will be assigned to other messages. */
  forget(fromSeq: number): void {
    this.#young.forget(fromSeq);
    this.#old.forget(fromSeq);
  }
}
