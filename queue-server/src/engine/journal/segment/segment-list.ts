import type { DatedSegment, Segment } from './segment-header.js';

/** A file of the log, as retention sees it. */
export interface StoredSegment {
  readonly firstSeq: number;
  readonly messages: number;
  readonly bytes: number;
  /** When it was created, in ms since 1970: no message in an older one is later. Infinity when unknown. */
  readonly begun: number;
}

export interface ListedSegment extends DatedSegment {
  readonly bytes: number;
}

/** The files of a log in the order of their seqs. Only the last one may grow. */
export class SegmentList {
  readonly #listed: ListedSegment[];
  #bytes: number;

  constructor(listed: readonly ListedSegment[]) {
    this.#listed = [...listed];
    this.#bytes = listed.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get first(): Segment | undefined {
    return this.#listed[0]?.segment;
  }
  /** Of all files. */
  get bytes(): number {
    return this.#bytes;
  }

  includes(segment: Segment): boolean {
    return this.#listed.some((listed) => listed.segment === segment);
  }

  /** Appends a segment; it replaces the last one when that holds nothing and so has the same name. */
  add(listed: ListedSegment): void {
    const last = this.#listed.at(-1);
    if (last?.segment.firstSeq === listed.segment.firstSeq) {
      this.#listed.pop();
      this.#bytes -= last.bytes;
    }
    this.#listed.push(listed);
    this.#bytes += listed.bytes;
  }

  resizeLast(bytes: number): void {
    const last = this.#listed.pop();
    if (last === undefined) return;
    this.#listed.push({ ...last, bytes });
    this.#bytes += bytes - last.bytes;
  }

  takeFirst(): ListedSegment | undefined {
    const first = this.#listed.shift();
    this.#bytes -= first?.bytes ?? 0;
    return first;
  }

  /** Puts back what was the first. */
  putBack(first: ListedSegment): void {
    this.#listed.unshift(first);
    this.#bytes += first.bytes;
  }

  /** The segment that a seq belongs to, and the first seq of the next one. */
  find(seq: number): { readonly segment: Segment; readonly nextFirstSeq: number | undefined } | undefined {
    const index = this.#listed.findLastIndex(({ segment }) => segment.firstSeq <= seq);
    const listed = this.#listed[index];
    return listed && { segment: listed.segment, nextFirstSeq: this.#listed[index + 1]?.segment.firstSeq };
  }

  /** The segments that hold only messages before a seq, but the last; the oldest first. */
  before(seq: number): readonly Segment[] {
    const end = this.#listed.findLastIndex(({ segment }) => segment.firstSeq <= seq);
    return this.#listed.slice(0, Math.max(0, end)).map(({ segment }) => segment);
  }

  /** All of them, the oldest first; `nextSeq` is the one after the last message. */
  stored(nextSeq: number): readonly StoredSegment[] {
    return this.#listed.map(({ segment: { firstSeq }, begun, bytes }, index) => {
      const end = this.#listed[index + 1]?.segment.firstSeq ?? nextSeq;
      return { firstSeq, messages: end - firstSeq, bytes, begun };
    });
  }
}
