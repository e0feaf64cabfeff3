import type { Frame } from '@typed-queue/contracts/wire';
import type { LogItem } from './scan.js';

/** Keeps the newest frames of the log as they were written, up to some bytes. */
export class FrameBuffer {
  readonly #maxBytes: number;
  /** Consecutive frames from `#start` on. */
  #frames: (Frame | undefined)[] = [];
  #start = 0;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The first seq of the oldest frame; Infinity when there is none. */
  get firstSeq(): number {
    return this.#frames[this.#start]?.firstSeq ?? Infinity;
  }

  add(frames: readonly Frame[]): void {
    for (const frame of frames) {
      this.#frames.push(frame);
      this.#bytes += frame.bytes.byteLength;
    }
    this.#dropWhile(() => this.#bytes > this.#maxBytes);
  }

  /** Forgets the frames that hold only messages before a seq, as long as at least `minBytes` remain. */
  dropBefore(seq: number, minBytes = 0): void {
    this.#dropWhile(({ lastSeq, bytes }) => lastSeq < seq && this.#bytes - bytes.byteLength >= minBytes);
  }

  /** Frames from a seq on, at least one and otherwise at most `maxBytes`; undefined when it is not kept. */
  read(fromSeq: number, maxBytes: number): LogItem[] | undefined {
    const oldest = this.#frames[this.#start];
    const newest = this.#frames.at(-1);
    if (!oldest || !newest || fromSeq < oldest.firstSeq || fromSeq > newest.lastSeq) return undefined;
    const items: LogItem[] = [];
    let bytes = 0;
    for (let index = this.#find(fromSeq); index < this.#frames.length; index++) {
      const frame = this.#frames[index];
      bytes += frame?.bytes.byteLength ?? 0;
      if (!frame || (items.length > 0 && bytes > maxBytes)) break;
      items.push({ kind: 'frame', frame });
    }
    return items;
  }

  /** The frame that a seq is in (bisection). */
  #find(seq: number): number {
    let low = this.#start;
    let high = this.#frames.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#frames[middle]?.lastSeq ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #dropWhile(isDropped: (oldest: Frame) => boolean): void {
    let oldest = this.#frames[this.#start];
    while (oldest && isDropped(oldest)) {
      this.#bytes -= oldest.bytes.byteLength;
      this.#frames[this.#start++] = undefined;
      oldest = this.#frames[this.#start];
    }
    if (this.#start * 2 > this.#frames.length) this.#compact();
  }

  #compact(): void {
    this.#frames = this.#frames.slice(this.#start);
    this.#start = 0;
  }
}
