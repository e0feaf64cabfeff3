import type { LogItem } from '../../log/scan.js';
import type { Segment } from '../segment/segment-header.js';

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

/** Reads frames of segments. */
export interface SegmentSource {
  /**
   * Reads frames of one segment, at most `maxBytes` but at least one, when there is one from the seq on. Where
   * frames are damaged or missing, a gap names exactly their messages.
   */
  read(read: SegmentRead): Promise<ReadResult>;
}
