import { QueueError, type AnyMessage, type Range } from '@typed-queue/contracts';
import { frameAt, mergeRanges, readMessages, type Frame } from '@typed-queue/contracts/wire';

/** Messages by index, parsed on access. */
export interface LazyMessages {
  readonly length: number;
  at(index: number): AnyMessage | undefined;
}

/** Parsed messages live until they are handled: larger batches survive several young-generation collections. */
const PARSE_BATCH = 64;

/** The messages of frames, parsed in small batches. */
export class FrameMessages implements LazyMessages {
  readonly length: number;
  #frames: readonly Frame[];
  /** Of each frame. */
  readonly #seqs: readonly Range[];
  readonly #queue: string;
  #parsed: readonly AnyMessage[] = [];
  #parsedFrom = 0;

  constructor(frames: readonly Frame[], queue: string) {
    this.#frames = frames;
    this.#seqs = frames.map(({ firstSeq, lastSeq }) => [firstSeq, lastSeq]);
    this.#queue = queue;
    this.length = frames.reduce((sum, frame) => sum + frame.count, 0);
  }

  at(index: number): AnyMessage | undefined {
    const parsed = this.#parsed[index - this.#parsedFrom];
    if (parsed !== undefined || index < 0 || index >= this.length) return parsed;
    this.#parse(index);
    return this.#parsed[0];
  }

  /**
   * All have been read: only their seqs are kept. What waits for outcomes must not keep the bytes: they would be freed
   * by full garbage collections only, and cause them.
   */
  release(): void {
    this.#frames = [];
    this.#parsed = [];
  }

  /** The seqs from an index on; parses nothing. */
  seqsFrom(index: number): Range[] {
    let from = index;
    const ranges: Range[] = [];
    for (const [firstSeq, lastSeq] of this.#seqs) {
      const count = lastSeq - firstSeq + 1;
      if (from < count) ranges.push([firstSeq + from, lastSeq]);
      from = Math.max(0, from - count);
    }
    return mergeRanges(ranges);
  }

  #parse(index: number): void {
    let from = index;
    for (const frame of this.#frames) {
      if (from < frame.count) {
        this.#parsed = readMessages(frame, this.#queue, from, Math.min(frame.count, from + PARSE_BATCH));
        this.#parsedFrom = index;
        return;
      }
      from -= frame.count;
    }
  }
}

/**
 * Reads frames that follow each other without a gap. Browsers bring an ArrayBuffer, Node a Buffer.
 * @throws QueueError `frame_invalid`
 */
export const frameMessages = (data: Uint8Array | ArrayBuffer, queue: string): FrameMessages => {
  const bytes = ArrayBuffer.isView(data) ? data : new Uint8Array(data);
  const frames: Frame[] = [];
  let at = 0;
  while (at < bytes.byteLength) {
    const found = frameAt(bytes, at);
    if (found.kind !== 'frame') {
      throw new QueueError('frame_invalid', `A grant of "${queue}" has no intact frame at byte ${at}.`, {
        details: { queue, at, found: found.kind },
      });
    }
    frames.push(found.frame);
    at += found.frame.header.length;
  }
  return new FrameMessages(frames, queue);
};

/** The messages of a live broadcast, parsed once for all tails of the queue. */
export class TextMessages implements LazyMessages {
  #messages: string | readonly AnyMessage[];

  constructor(text: string) {
    this.#messages = text;
  }

  get length(): number {
    return this.#parsed().length;
  }

  at(index: number): AnyMessage | undefined {
    return this.#parsed()[index];
  }

  #parsed(): readonly AnyMessage[] {
    if (typeof this.#messages !== 'string') return this.#messages;
    // Safe: the server joined the text from messages that it checked.
    const parsed = JSON.parse(this.#messages) as readonly AnyMessage[];
    this.#messages = parsed;
    return parsed;
  }
}
