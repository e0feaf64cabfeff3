import type { DatedSegment } from '../derived-state.js';
import type { Segment } from './segment-header.js';

/** A file of the log, as it matters to whoever decides when it goes. */
export interface StoredSegment {
  readonly firstSeq: number;
  readonly messages: number;
  readonly bytes: number;
  /** When it was made, in ms since 1970: no message in an older one is later. Infinity when nobody knows. */
  readonly begun: number;
}

export interface Listed extends DatedSegment {
  readonly bytes: number;
}

/** The files of a log in the order of their seqs. Only the last one may grow. */
export class SegmentList {
  readonly #listed: Listed[];
  #bytes: number;

  constructor(listed: readonly Listed[]) {
    this.#listed = [...listed];
    this.#bytes = listed.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get first(): Segment | undefined {
    return this.#listed[0]?.segment;
  }
  /** The second one: while there is one, the first does not grow. */
  get second(): Segment | undefined {
    return this.#listed[1]?.segment;
  }
  /** Of all files. */
  get bytes(): number {
    return this.#bytes;
  }

  includes(segment: Segment): boolean {
    return this.#listed.some((listed) => listed.segment === segment);
  }

  /** Adds a segment behind the last one, or in the place of it when that holds nothing and so is called the same. */
  add(listed: Listed): void {
    const last = this.#listed.at(-1);
    if (last?.segment.firstSeq === listed.segment.firstSeq) {
      this.#listed.pop();
      this.#bytes -= last.bytes;
    }
    this.#listed.push(listed);
    this.#bytes += listed.bytes;
  }

  /** The last one has so many bytes now. */
  resizeLast(bytes: number): void {
    const last = this.#listed.pop();
    if (last === undefined) return;
    this.#listed.push({ ...last, bytes });
    this.#bytes += bytes - last.bytes;
  }

  takeFirst(): Listed | undefined {
    const first = this.#listed.shift();
    this.#bytes -= first?.bytes ?? 0;
    return first;
  }

  /** Puts back what was the first. */
  putBack(first: Listed): void {
    this.#listed.unshift(first);
    this.#bytes += first.bytes;
  }

  /** The segment that a seq belongs to, and the first seq of the one behind it. */
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

  /** All of them, the oldest first; `nextSeq` is the one behind the last message. */
  stored(nextSeq: number): readonly StoredSegment[] {
    return this.#listed.map(({ segment: { firstSeq }, begun, bytes }, index) => {
      const end = this.#listed[index + 1]?.segment.firstSeq ?? nextSeq;
      return { firstSeq, messages: end - firstSeq, bytes, begun };
    });
  }
}
