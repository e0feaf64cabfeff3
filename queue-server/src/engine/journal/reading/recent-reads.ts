import type { Frame } from '@typed-queue/contracts/wire';
import { FrameBuffer } from '../../log/frame-buffer.js';
import type { LogItem } from '../../log/scan.js';
import type { Segment } from '../segment/segment-header.js';

/**
 * What one read takes from a file, and what is kept while there is one reader: frames that are kept longer become old
 * objects, which V8 collects late.
 */
const READ_BYTES = 512 * 1024;
/** When the last 8 runs were each read once, there is one reader; one that read none of them has ended. */
const ALONE_RUNS = 8;

/** Consecutive frames of one segment. */
interface Run {
  readonly segment: Segment;
  readonly frames: FrameBuffer;
  readonly bytes: number;
}

interface Read {
  readonly fromSeq: number;
  /** How many runs had been added. */
  readonly added: number;
}

/**
 * Keeps what was read from files last, in all journals that share it: a reader takes a part of a read, and those that
 * lag together read the same frames.
 */
export class RecentReads {
  readonly #maxBytes: number;
  readonly #aloneBytes: number;
  /** The most recently used one is the last. */
  readonly #runs = new Set<Run>();
  #bytes = 0;
  /** By segment: where the furthest read of late began. One reader alone begins each read after its last. */
  readonly #furthest = new WeakMap<Segment, Read>();
  /** All runs that were added. */
  #added = 0;
  /** Runs added since a read last began at or before another one. */
  #unshared = 0;

  constructor(maxBytes: number, aloneBytes = READ_BYTES) {
    this.#maxBytes = maxBytes;
    this.#aloneBytes = Math.min(maxBytes, aloneBytes);
  }

  /** How much is to be read from a file for a reader of `maxBytes`, where what it leaves can be kept. */
  bytesFor(maxBytes: number): number {
    return this.#maxBytes < READ_BYTES ? maxBytes : READ_BYTES;
  }

  /** Frames from a seq on, at least one and otherwise at most `maxBytes`; undefined when it is not kept. */
  read(segment: Segment, fromSeq: number, maxBytes: number): LogItem[] | undefined {
    for (const run of this.#runs) {
      const items = run.segment === segment ? run.frames.read(fromSeq, maxBytes) : undefined;
      if (items === undefined) continue;
      if (this.#isBehind(segment, fromSeq)) this.#unshared = 0;
      else this.#furthest.set(segment, { fromSeq, added: this.#added });
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
    this.#added++;
    this.#unshared = this.#isBehind(segment, read[0]?.firstSeq ?? 0) ? 0 : this.#unshared + 1;
    const limit = this.#unshared > ALONE_RUNS ? this.#aloneBytes : this.#maxBytes;
    for (const oldest of this.#runs) {
      // The newest is what its reader goes on with.
      if (this.#bytes <= limit || this.#runs.size === 1) return;
      this.#remove(oldest);
    }
  }

  forget(segment: Segment): void {
    for (const run of this.#runs) if (run.segment === segment) this.#remove(run);
  }

  /** Whether another read began there or later, by a reader that has not ended since. */
  #isBehind(segment: Segment, seq: number): boolean {
    const furthest = this.#furthest.get(segment);
    return furthest !== undefined && seq <= furthest.fromSeq && this.#added <= furthest.added + ALONE_RUNS;
  }

  #remove(run: Run): void {
    this.#runs.delete(run);
    this.#bytes -= run.bytes;
  }
}
