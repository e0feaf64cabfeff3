import { QueueError, type AnyMessage, type Range } from '@typed-queue/contracts';
import { frameAt, readMessages, type Frame } from '@typed-queue/contracts/wire';
import { mergeRanges } from './ranges.js';

/** The messages of a grant, by their place in it. */
export interface GrantedMessages {
  readonly length: number;
  at(place: number): AnyMessage | undefined;
  /** The seqs of the messages from a place on; parses none. */
  seqsFrom(place: number): Range[];
}

/** So many are parsed at once: more would outlive several collections of the young garbage before they are handled. */
const PARSED_AT_ONCE = 64;

/** Messages of frames, parsed a few at a time when they are asked for. */
class FrameMessages implements GrantedMessages {
  readonly length: number;
  readonly #frames: readonly Frame[];
  readonly #queue: string;
  #parsed: readonly AnyMessage[] = [];
  #parsedFrom = 0;

  constructor(frames: readonly Frame[], queue: string) {
    this.#frames = frames;
    this.#queue = queue;
    this.length = frames.reduce((sum, frame) => sum + frame.count, 0);
  }

  at(place: number): AnyMessage | undefined {
    const parsed = this.#parsed[place - this.#parsedFrom];
    if (parsed !== undefined || place < 0 || place >= this.length) return parsed;
    this.#parse(place);
    return this.#parsed[0];
  }

  seqsFrom(place: number): Range[] {
    let from = place;
    const ranges: Range[] = [];
    for (const { firstSeq, lastSeq, count } of this.#frames) {
      if (from < count) ranges.push([firstSeq + from, lastSeq]);
      from = Math.max(0, from - count);
    }
    return mergeRanges(ranges);
  }

  #parse(place: number): void {
    let from = place;
    for (const frame of this.#frames) {
      if (from < frame.count) {
        this.#parsed = readMessages(frame, this.#queue, from, Math.min(frame.count, from + PARSED_AT_ONCE));
        this.#parsedFrom = place;
        return;
      }
      from -= frame.count;
    }
  }
}

/**
 * The messages of a binary grant: frames back to back. Browsers hand over an ArrayBuffer, Node a Buffer.
 * @throws QueueError `frame_invalid`
 */
export const grantedMessages = (data: Uint8Array | ArrayBuffer, queue: string): GrantedMessages => {
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
