import type { Frame } from '@typed-queue/contracts/wire';
import type { Batch } from './batch-writer.js';

/** A frame that has its seqs and is not durable yet. */
export class PendingFrame {
  readonly frame: Frame;
  readonly firstSeq: number;
  readonly durable: Promise<void>;
  resolve: () => void = nothing;
  #reject: (error: Error) => void = nothing;

  constructor(frame: Frame, firstSeq: number) {
    this.frame = frame;
    this.firstSeq = firstSeq;
    this.durable = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.#reject = reject;
    });
  }

  get nextSeq(): number {
    return this.firstSeq + this.frame.count;
  }

  reject(error: Error): void {
    // Not every caller waits for it.
    this.durable.catch(nothing);
    this.#reject(error);
  }
}

const nothing = (): void => undefined;

/** Frames in the order of their seqs: the batch that is being written, then those that wait. */
export class PendingFrames {
  #waiting: PendingFrame[] = [];
  #inFlight: readonly PendingFrame[] = [];
  #bytes = 0;

  /** The bytes of all of them. */
  get bytes(): number {
    return this.#bytes;
  }
  get areWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  add(pending: PendingFrame): void {
    this.#waiting.push(pending);
    this.#bytes += pending.frame.bytes.byteLength;
  }

  /** The seq after the batch in flight; undefined when there is none. */
  get nextInFlight(): number | undefined {
    return this.#inFlight.at(-1)?.nextSeq;
  }

  find(seq: number): PendingFrame | undefined {
    const holds = (pending: PendingFrame): boolean => pending.firstSeq <= seq && seq < pending.nextSeq;
    return this.#inFlight.find(holds) ?? this.#waiting.find(holds);
  }

  /** Makes the first that wait the batch in flight: at least one, otherwise at most `maxBytes`. */
  nextBatch(maxBytes: number): Batch {
    let bytes = 0;
    const end = this.#waiting.findIndex((pending, index) => {
      const next = bytes + pending.frame.bytes.byteLength;
      if (index > 0 && next > maxBytes) return true;
      bytes = next;
      return false;
    });
    this.#inFlight = this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
    const firstSeq = this.#inFlight[0]?.firstSeq ?? 0;
    const nextSeq = this.#inFlight.at(-1)?.nextSeq ?? firstSeq;
    return { firstSeq, nextSeq, frames: this.#inFlight.map((pending) => pending.frame), bytes };
  }

  /** Removes and returns the batch in flight. */
  completeBatch({ bytes }: Batch): readonly PendingFrame[] {
    const completed = this.#inFlight;
    this.#inFlight = [];
    this.#bytes -= bytes;
    return completed;
  }

  /** Removes and returns all but the batch in flight. */
  drainWaiting(): readonly PendingFrame[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { frame } of waiting) this.#bytes -= frame.bytes.byteLength;
    return waiting;
  }

  /** Removes and returns all. */
  drain(): readonly PendingFrame[] {
    const all = [...this.#inFlight, ...this.drainWaiting()];
    this.#inFlight = [];
    this.#bytes = 0;
    return all;
  }
}
