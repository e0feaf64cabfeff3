import type { LogSegment } from '../log/retention.js';

/** Counts what a log in memory holds, in pieces that go as a whole. */
export class Pieces {
  readonly #maxBytes: number;
  /** Those that are full, and the last. */
  readonly #full: LogSegment[] = [];
  #last: LogSegment;

  /** A piece takes no more when it has `maxBytes`. */
  constructor(maxBytes: number, now: number) {
    this.#maxBytes = maxBytes;
    this.#last = { firstSeq: 1, messages: 0, bytes: 0, begun: now };
  }

  get all(): readonly LogSegment[] {
    return [...this.#full, this.#last];
  }
  get firstSeq(): number {
    return (this.#full[0] ?? this.#last).firstSeq;
  }
  get bytes(): number {
    return this.#full.reduce((sum, { bytes }) => sum + bytes, this.#last.bytes);
  }

  /** Returns whether they began a new piece. */
  add(messages: number, bytes: number, now: number): boolean {
    const isFull = this.#last.bytes >= this.#maxBytes;
    if (isFull) this.roll(now);
    const last = this.#last;
    this.#last = { ...last, messages: last.messages + messages, bytes: last.bytes + bytes };
    return isFull;
  }

  /** Begins a new piece, unless the last is empty. */
  roll(now: number): void {
    const { firstSeq, messages } = this.#last;
    if (messages === 0) return;
    this.#full.push(this.#last);
    this.#last = { firstSeq: firstSeq + messages, messages: 0, bytes: 0, begun: now };
  }

  /** Removes the pieces, but the last, that hold only messages before a seq. */
  dropBefore(seq: number): void {
    const kept = this.all.findLastIndex(({ firstSeq }) => firstSeq <= seq);
    if (kept > 0) this.#full.splice(0, kept);
  }
}
