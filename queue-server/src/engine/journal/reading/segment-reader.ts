import type { Range } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import type { LogItem } from './log-item.js';
import { FrameWalk, type Met } from '../recovery/frame-walk.js';
import { scan } from '../recovery/scan.js';
import { HEADER_SIZE, type Segment } from '../segment/segment-header.js';
import type { OpenSegment, SegmentShelf } from './segment-shelf.js';
import type { Place } from '../segment/sparse-index.js';

/** How many readers' places are remembered beside the sparse indexes. */
const MAX_PLACES = 256;
const MIN_CHUNK = 128 * 1024;
/** The index may point this much before the seq that is looked for. */
const INDEX_SLACK = 64 * 1024;

/** A read within one segment. */
interface SegmentRead {
  readonly segment: Segment;
  readonly fromSeq: number;
  /** The seq behind the last message that may be read from it. */
  readonly limitSeq: number;
  /** Where the durable bytes of it end. */
  readonly end: number;
  readonly maxBytes: number;
}

export interface Taken {
  readonly items: readonly LogItem[];
  /** The seq to go on from. */
  readonly nextSeq: number;
}

/** Reads frames from segments, by position. */
export class SegmentReader {
  readonly #shelf: SegmentShelf;
  readonly #gapFound: (file: string, seqs: Range) => void;
  /** Where the frame with a seq begins, for those who read on from where they stopped. */
  readonly #places = new Map<number, { segment: Segment; offset: number }>();
  readonly #gapsTold = new Set<number>();

  constructor(shelf: SegmentShelf, gapFound: (file: string, seqs: Range) => void) {
    this.#shelf = shelf;
    this.#gapFound = gapFound;
  }

  /**
   * Takes frames of one segment, at most `maxBytes` but at least one, when there is one from the seq on. Where
   * frames are damaged or missing, a gap says exactly which messages.
   */
  read(segment: Segment, fromSeq: number, limitSeq: number, maxBytes: number): Promise<Taken> {
    return this.#shelf.use(segment, (open) => {
      const { end } = open.extent;
      return this.#take(open, { segment, fromSeq, limitSeq, end, maxBytes });
    });
  }

  async #take(open: OpenSegment, read: SegmentRead): Promise<Taken> {
    const { segment, fromSeq, limitSeq, end, maxBytes } = read;
    const place = this.#placeOf(open, read);
    const walk = new FrameWalk(segment.path, place, limitSeq);
    const harvest = new Harvest(fromSeq, maxBytes);
    const slack = place.seq === fromSeq ? 0 : INDEX_SLACK;
    await scan(open.file, end, walk, harvest.visit, Math.max(maxBytes + slack, MIN_CHUNK));
    const nextSeq = harvest.next?.seq ?? limitSeq;
    if (!harvest.next) harvest.missUpTo(walk.seq, limitSeq);
    else this.#remember(nextSeq, { segment, offset: harvest.next.offset });
    for (const gap of harvest.gaps) this.#tell(segment, gap);
    return { items: harvest.items, nextSeq };
  }

  #placeOf({ extent }: OpenSegment, { segment, fromSeq }: SegmentRead): Place {
    const known = this.#places.get(fromSeq);
    if (known?.segment === segment) return { seq: fromSeq, offset: known.offset };
    return extent.index.find(fromSeq) ?? { seq: segment.firstSeq, offset: HEADER_SIZE };
  }

  #remember(seq: number, place: { segment: Segment; offset: number }): void {
    this.#places.delete(seq);
    this.#places.set(seq, place);
    const [oldest] = this.#places.keys();
    if (oldest !== undefined && this.#places.size > MAX_PLACES) this.#places.delete(oldest);
  }

  #tell({ path }: Segment, gap: Range): void {
    if (this.#gapsTold.has(gap[0])) return;
    this.#gapsTold.add(gap[0]);
    this.#gapFound(path, gap);
  }
}

/** Gathers what a reader gets from a walk. */
class Harvest {
  readonly items: LogItem[] = [];
  readonly gaps: Range[] = [];
  readonly #maxBytes: number;
  #dueSeq: number;
  #bytes = 0;
  #frames = 0;
  /** Where to go on, when the reader has enough. */
  next: Place | undefined;

  constructor(fromSeq: number, maxBytes: number) {
    this.#dueSeq = fromSeq;
    this.#maxBytes = maxBytes;
  }

  readonly visit = ({ frame, offset, dueSeq }: Met): 'go-on' | 'stop' => {
    if (frame.lastSeq < this.#dueSeq) return 'go-on';
    this.missUpTo(dueSeq, frame.firstSeq);
    if (this.#frames > 0 && this.#bytes + frame.bytes.byteLength > this.#maxBytes) {
      this.next = { seq: frame.firstSeq, offset };
      return 'stop';
    }
    return this.#add(frame, offset);
  };

  /** Messages from the one due up to `nextSeq` are not there. */
  missUpTo(dueSeq: number, nextSeq: number): void {
    const from = Math.max(dueSeq, this.#dueSeq);
    if (from >= nextSeq) return;
    this.gaps.push([from, nextSeq - 1]);
    this.items.push({ kind: 'gap', gap: { from, to: nextSeq - 1, reason: 'damage' } });
    this.#dueSeq = nextSeq;
  }

  #add(frame: Frame, offset: number): 'go-on' | 'stop' {
    this.items.push({ kind: 'frame', frame });
    this.#frames++;
    this.#bytes += frame.bytes.byteLength;
    this.#dueSeq = frame.lastSeq + 1;
    if (this.#bytes < this.#maxBytes) return 'go-on';
    this.next = { seq: this.#dueSeq, offset: offset + frame.bytes.byteLength };
    return 'stop';
  }
}
