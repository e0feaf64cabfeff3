import type { Frame } from '@typed-queue/contracts/wire';
import { FrameBuffer } from '../../log/frame-buffer.js';
import type { LogItem } from '../../log/scan.js';

/** How much is kept whoever reads: for messages that are read once more, and for a reader that catches up with the head. */
const MIN_BYTES = 512 * 1024;

/**
 * Keeps the newest frames of a log while a reader that follows it has yet to read them. Those that nobody waits for must
 * go early: what lives long becomes an old object, and V8 frees its buffer only by a full collection.
 */
export class NewestFrames {
  readonly #minBytes: number;
  readonly #frames: FrameBuffer;
  /** Where each follower reads next. */
  readonly #followers = new Set<() => number>();

  constructor(maxBytes: number, minBytes = MIN_BYTES) {
    this.#minBytes = minBytes;
    this.#frames = new FrameBuffer(maxBytes);
  }

  /** See `Log.follow`. */
  follow(next: () => number): () => void {
    // Its own function: one may follow twice.
    const follower = (): number => next();
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  add(frames: readonly Frame[]): void {
    this.#frames.add(frames);
    if (this.#frames.bytes > this.#minBytes) this.#frames.dropBefore(this.#firstWanted(), this.#minBytes);
  }

  /** Forgets the frames that hold only messages before a seq. */
  dropBefore(seq: number): void {
    this.#frames.dropBefore(seq);
  }

  /** As `FrameBuffer.read`. */
  read(fromSeq: number, maxBytes: number): LogItem[] | undefined {
    return this.#frames.read(fromSeq, maxBytes);
  }

  /** Followers that lag by more than is kept read files, and want nothing of it until they get here. */
  #firstWanted(): number {
    const { firstSeq } = this.#frames;
    let first = Infinity;
    for (const follower of this.#followers) {
      const next = follower();
      if (next >= firstSeq && next < first) first = next;
    }
    return first;
  }
}
