import type { Range } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import type { LogItem } from '../../log/scan.js';
import { FrameScanner, scanFrames, type ScannedFrame } from '../segment/frame-scanner.js';
import { startOf, type Segment } from '../segment/segment-header.js';
import type { FramePosition } from '../segment/sparse-index.js';
import type { OpenSegment, OpenSegments } from './open-segments.js';

/** How many readers' positions are remembered beside the sparse indexes. */
const MAX_POSITIONS = 256;
const MIN_CHUNK = 128 * 1024;
/** The index may point this much before the seq that is looked for. */
const INDEX_SLACK = 64 * 1024;

/** A read within one segment. */
export interface SegmentRead {
  readonly segment: Segment;
  readonly fromSeq: number;
  /** The seq after the last message that may be read from it. */
  readonly limitSeq: number;
  readonly maxBytes: number;
}

export interface ReadResult {
  readonly items: readonly LogItem[];
  /** The seq to continue at. */
  readonly nextSeq: number;
}

/** Reads frames from segments, by position. */
export class SegmentReader {
  readonly #segments: OpenSegments;
  readonly #onGap: (file: string, seqs: Range) => void;
  /** Where the frame with a seq begins, for readers that continue where they stopped. */
  readonly #positions = new Map<number, { segment: Segment; offset: number }>();
  readonly #reportedGaps = new Set<number>();

  constructor(segments: OpenSegments, onGap: (file: string, seqs: Range) => void) {
    this.#segments = segments;
    this.#onGap = onGap;
  }

  /**
   * Reads frames of one segment, at most `maxBytes` but at least one, when there is one from the seq on. Where
   * frames are damaged or missing, a gap names exactly their messages.
   */
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

/** Collects what a reader gets from a scan. */
class ReadCollector {
  readonly items: LogItem[] = [];
  readonly gaps: Range[] = [];
  readonly #maxBytes: number;
  #dueSeq: number;
  #bytes = 0;
  #frames = 0;
  /** Where to continue, when the reader has enough. */
  next: FramePosition | undefined;

  constructor(fromSeq: number, maxBytes: number) {
    this.#dueSeq = fromSeq;
    this.#maxBytes = maxBytes;
  }

  readonly visit = ({ frame, offset, dueSeq }: ScannedFrame): 'continue' | 'stop' => {
    if (frame.lastSeq < this.#dueSeq) return 'continue';
    this.addGap(dueSeq, frame.firstSeq);
    if (this.#frames > 0 && this.#bytes + frame.bytes.byteLength > this.#maxBytes) {
      this.next = { seq: frame.firstSeq, offset };
      return 'stop';
    }
    return this.#add(frame, offset);
  };

  /** Messages from the one due up to before `nextSeq` are missing. */
  addGap(dueSeq: number, nextSeq: number): void {
    const from = Math.max(dueSeq, this.#dueSeq);
    if (from >= nextSeq) return;
    this.gaps.push([from, nextSeq - 1]);
    this.items.push({ kind: 'gap', gap: { from, to: nextSeq - 1, reason: 'damage' } });
    this.#dueSeq = nextSeq;
  }

  #add(frame: Frame, offset: number): 'continue' | 'stop' {
    this.items.push({ kind: 'frame', frame });
    this.#frames++;
    this.#bytes += frame.bytes.byteLength;
    this.#dueSeq = frame.lastSeq + 1;
    if (this.#bytes < this.#maxBytes) return 'continue';
    this.next = { seq: this.#dueSeq, offset: offset + frame.bytes.byteLength };
    return 'stop';
  }
}
