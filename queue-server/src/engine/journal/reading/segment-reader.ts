import type { Range } from '@typed-queue/contracts';
import { FrameScanner, scanFrames } from '../segment/frame-scanner.js';
import { startOf, type Segment } from '../segment/segment-header.js';
import type { FramePosition } from '../segment/sparse-index.js';
import type { OpenSegment, OpenSegments } from './open-segments.js';
import { ReadCollector } from './read-collector.js';
import type { ReadResult, SegmentRead, SegmentSource } from './segment-read.js';

/** How many readers' positions are remembered beside the sparse indexes. */
const MAX_POSITIONS = 256;
const MIN_CHUNK = 128 * 1024;
/** The index may point this much before the seq that is looked for. */
const INDEX_SLACK = 64 * 1024;

/** Reads frames from segments, by position. */
export class SegmentReader implements SegmentSource {
  readonly #segments: OpenSegments;
  readonly #onGap: (file: string, seqs: Range) => void;
  /** Where the frame with a seq begins, for readers that continue where they stopped. */
  readonly #positions = new Map<number, { segment: Segment; offset: number }>();
  readonly #reportedGaps = new Set<number>();

  constructor(segments: OpenSegments, onGap: (file: string, seqs: Range) => void) {
    this.#segments = segments;
    this.#onGap = onGap;
  }

  read(read: SegmentRead): Promise<ReadResult> {
    return this.#segments.use(read.segment, (open) => this.#read(open, read));
  }

  async #read(open: OpenSegment, read: SegmentRead): Promise<ReadResult> {
    const { segment, fromSeq, limitSeq, maxBytes } = read;
    // The active segment grows while this waits.
    const { end } = open.extent;
    const position = this.#positionOf(open, read);
    const scanner = new FrameScanner(segment.path, position, limitSeq);
    const collector = new ReadCollector(fromSeq, maxBytes);
    const slack = position.seq === fromSeq ? 0 : INDEX_SLACK;
    const chunk = Math.max(maxBytes + slack, MIN_CHUNK);
    await scanFrames(open.file, scanner, collector.visit, { end, chunk });
    const nextSeq = collector.next?.seq ?? limitSeq;
    if (!collector.next) collector.addGap(scanner.seq, limitSeq);
    else this.#remember(nextSeq, { segment, offset: collector.next.offset });
    for (const gap of collector.gaps) this.#report(segment, gap);
    return { items: collector.items, nextSeq };
  }

  #positionOf({ extent }: OpenSegment, { segment, fromSeq }: SegmentRead): FramePosition {
    const known = this.#positions.get(fromSeq);
    if (known?.segment === segment) return { seq: fromSeq, offset: known.offset };
    return extent.index.find(fromSeq) ?? startOf(segment);
  }

  #remember(seq: number, position: { segment: Segment; offset: number }): void {
    this.#positions.delete(seq);
    this.#positions.set(seq, position);
    const [oldest] = this.#positions.keys();
    if (oldest !== undefined && this.#positions.size > MAX_POSITIONS) this.#positions.delete(oldest);
  }

  #report({ path }: Segment, gap: Range): void {
    if (this.#reportedGaps.has(gap[0])) return;
    this.#reportedGaps.add(gap[0]);
    this.#onGap(path, gap);
  }
}
