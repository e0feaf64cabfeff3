import type { Frame } from '@typed-queue/contracts/wire';
import { FrameBuffer } from '../../log/frame-buffer.js';
import type { LogItem } from '../../log/scan.js';
import type { Segment } from '../segment/segment-header.js';

/** The least that one read takes from a file while there is room for what its reader leaves. */
const READ_BYTES = 512 * 1024;

/** Consecutive frames of one segment. */
interface Run {
  readonly segment: Segment;
  readonly frames: FrameBuffer;
  readonly bytes: number;
}

/**
 * Keeps what was read from files last, in all journals that share it: a reader takes a part of a read, and those that
 * lag together read the same frames.
 */
export class RecentReads {
  readonly #maxBytes: number;
  /** The most recently used one is the last. */
  readonly #runs = new Set<Run>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How much is to be read from a file for a reader of `maxBytes`. */
  bytesFor(maxBytes: number): number {
    return Math.max(maxBytes, Math.min(READ_BYTES, this.#maxBytes));
  }

  /** Frames from a seq on, at least one and otherwise at most `maxBytes`; undefined when it is not kept. */
  read(segment: Segment, fromSeq: number, maxBytes: number): LogItem[] | undefined {
    for (const run of this.#runs) {
      const items = run.segment === segment ? run.frames.read(fromSeq, maxBytes) : undefined;
      if (items === undefined) continue;
      this.#runs.delete(run);
      this.#runs.add(run);
      return items;
    }
    return undefined;
  }

  /** Consecutive frames that were read. */
  add(segment: Segment, read: readonly Frame[]): void {
    const bytes = read.reduce((sum, frame) => sum + frame.bytes.byteLength, 0);
    if (bytes > this.#maxBytes) return;
    const frames = new FrameBuffer(Infinity);
    frames.add(read);
    this.#runs.add({ segment, frames, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#runs) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#remove(oldest);
    }
  }

  forget(segment: Segment): void {
    for (const run of this.#runs) if (run.segment === segment) this.#remove(run);
  }

  #remove(run: Run): void {
    this.#runs.delete(run);
    this.#bytes -= run.bytes;
  }
}
