import { BLOCK_SIZE, claimedNumber, decodeBlock, encodeBlock, hasMagic, isZeroed } from './block.js';
import type { FramePosition } from './sparse-index.js';

/** A file of the log, named by the seq of its first message: a header, frames in the order of their seqs, a footer. */
export interface Segment {
  readonly firstSeq: number;
  readonly path: string;
}

export interface DatedSegment {
  readonly segment: Segment;
  /** When it was created, in ms since 1970: no message in an older one is later. Infinity when unknown. */
  readonly begun: number;
}

export interface SegmentHeader {
  readonly epoch: string;
  readonly firstSeq: number;
  /** In ms since 1970: no message in an older segment is later. */
  readonly created: number;
}

export type SegmentHeaderAt =
  | { readonly kind: 'header'; readonly header: SegmentHeader }
  | { readonly kind: 'foreign'; readonly version: number }
  | { readonly kind: 'bad' };

/** Where the frames of a segment begin. */
export const HEADER_SIZE = BLOCK_SIZE;

export const startOf = ({ firstSeq }: Segment): FramePosition => ({ seq: firstSeq, offset: HEADER_SIZE });

export const SEGMENT_SUFFIX = '.log';
const DIGITS = 16;

/** Names sort like their seqs. */
export const segmentName = (firstSeq: number): string =>
  String(firstSeq).padStart(DIGITS, '0') + SEGMENT_SUFFIX;

/** The first seq in a file's name; undefined when it is not the name of a segment. */
export const seqOfName = (name: string): number | undefined => {
  const seq = Number.parseInt(name, 10);
  return Number.isSafeInteger(seq) && seq > 0 && segmentName(seq) === name ? seq : undefined;
};

export const encodeSegmentHeader = ({ epoch, firstSeq, created }: SegmentHeader): Uint8Array =>
  encodeBlock('SEGH', { epoch, numbers: [firstSeq, created, 0, 0] });

export const decodeSegmentHeader = (bytes: Uint8Array): SegmentHeaderAt => {
  const found = decodeBlock('SEGH', bytes);
  if (found.kind !== 'block') return found;
  const { epoch, numbers } = found.block;
  return { kind: 'header', header: { epoch, firstSeq: numbers[0], created: numbers[1] } };
};

/** Was this the header of the segment before it was damaged? */
export const resemblesHeader = (bytes: Uint8Array, firstSeq: number): boolean =>
  hasMagic('SEGH', bytes) || claimedNumber(bytes) === firstSeq || isZeroed('SEGH', firstSeq, bytes);
