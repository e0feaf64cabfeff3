import { Frame } from '@typed-queue/contracts/wire';
import { lastSeqOf, LOOKUP } from '../../log/scan.js';
import type { Segment } from '../segment/segment-header.js';
import type { RecentReads } from './recent-reads.js';
import type { ReadResult, SegmentRead, SegmentSource } from './segment-read.js';

/** For how many reads of others a reader waits at most: they may end before its seq. */
const MAX_WAITS = 2;

/** A read that is not finished. */
interface Reading {
  readonly fromSeq: number;
  readonly ended: Promise<unknown>;
}

/** Reads segments in large pieces, and keeps what its readers leave. Readers that lag together share a read. */
export class AheadReader implements SegmentSource {
  readonly #segments: SegmentSource;
  readonly #recent: RecentReads;
  readonly #onFrameBytes: (bytes: number) => void;
  /** The newest of each segment. */
  readonly #reading = new Map<Segment, Reading>();

  /** `onFrameBytes` is called with the most that a read may bring, before it. */
  constructor(segments: SegmentSource, recent: RecentReads, onFrameBytes: (bytes: number) => void) {
    this.#segments = segments;
    this.#recent = recent;
    this.#onFrameBytes = onFrameBytes;
  }

  /** As `SegmentSource.read`. */
  async read(read: SegmentRead): Promise<ReadResult> {
    const { segment, fromSeq, maxBytes } = read;
    if (maxBytes === LOOKUP) return this.#find(read) ?? this.#segments.read(read);
    for (let waits = 0; waits < MAX_WAITS; waits++) {
      const found = this.#find(read);
      if (found !== undefined) return found;
      const reading = this.#reading.get(segment);
      if (reading === undefined || reading.fromSeq > fromSeq) break;
      await reading.ended;
    }
    return this.#find(read) ?? (await this.#begin(read));
  }

  #find({ segment, fromSeq, maxBytes }: SegmentRead): ReadResult | undefined {
    const items = this.#recent.read(segment, fromSeq, maxBytes);
    const last = items?.at(-1);
    return items && last && { items, nextSeq: lastSeqOf(last) + 1 };
  }

  async #begin(read: SegmentRead): Promise<ReadResult> {
    const { segment, fromSeq } = read;
    const result = this.#readSource(read);
    const reading: Reading = { fromSeq, ended: result.catch(() => undefined) };
    this.#reading.set(segment, reading);
    try {
      return await result;
    } finally {
      if (this.#reading.get(segment) === reading) this.#reading.delete(segment);
    }
  }

  async #readSource(read: SegmentRead): Promise<ReadResult> {
    const { segment } = read;
    const maxBytes = this.#recent.bytesFor(read.maxBytes);
    // Before, since what is read now would survive a collection, and most of what was read last is sent.
    this.#onFrameBytes(maxBytes);
    const result = await this.#segments.read({ ...read, maxBytes });
    const frames = result.items.flatMap((item) => (item.kind === 'frame' ? [item.frame] : []));
    // Gaps are rare: where there is one, nothing is kept.
    if (frames.length < result.items.length) return result;
    this.#recent.add(segment, frames.map(withOwnBytes));
    return this.#find(read) ?? result;
  }
}

/** Frames that were read together share memory: whoever sends one would keep all, or copy it once for each client. */
const withOwnBytes = ({ bytes, header }: Frame): Frame => new Frame(new Uint8Array(bytes), header);
