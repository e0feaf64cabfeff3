import type { LogSegment } from '../log/retention.js';

/** Counts the contents of a log in memory by segments, which are dropped as a whole. */
export class MemorySegments {
  readonly #maxBytes: number;
  readonly #full: LogSegment[] = [];
  #last: LogSegment;

  /** A segment is full when it has `maxBytes`. */
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

  /** Returns whether a new segment began. */
  add(messages: number, bytes: number, now: number): boolean {
    const isFull = this.#last.bytes >= this.#maxBytes;
    if (isFull) this.roll(now);
    const last = this.#last;
    this.#last = { ...last, messages: last.messages + messages, bytes: last.bytes + bytes };
    return isFull;
  }

  /** Begins a new segment, unless the last is empty. */
  roll(now: number): void {
    const { firstSeq, messages } = this.#last;
    if (messages === 0) return;
    this.#full.push(this.#last);
    this.#last = { firstSeq: firstSeq + messages, messages: 0, bytes: 0, begun: now };
  }

  /** Drops the segments, but the last, that hold only messages before a seq. */
  dropBefore(seq: number): void {
    const kept = this.all.findLastIndex(({ firstSeq }) => firstSeq <= seq);
    if (kept > 0) this.#full.splice(0, kept);
  }
}
