import { Buffer } from 'node:buffer';
import {
  encodeFrame,
  frameAt,
  headerAt,
  KIND,
  NIL_UUID,
  type Frame,
  type FrameHeader,
} from '@typed-queue/contracts/wire';
import { readAt, reading, type File, type FileSystem } from '../file-system.js';
import { unsupportedVersion } from '../storage-errors.js';
import { BLOCK_SIZE, decodeBlock, encodeBlock } from './block.js';
import type { Segment } from './segment-header.js';
import { SparseIndex } from './sparse-index.js';

/**
 * The end of a sealed segment: an index frame (the sparse index and the producer snapshot), an ids frame when there
 * are ids, and the trailer, a block that locates them.
 */
export interface SegmentFooter {
  readonly epoch: string;
  /** Where the messages end and the footer begins. */
  readonly end: number;
  /** The seq after the last message. */
  readonly nextSeq: number;
  /** The latest time of a message. */
  readonly time: number;
  /** Undefined when the index frame is damaged. */
  readonly content: FooterContent | undefined;
}

interface FooterContent {
  readonly index: SparseIndex;
  readonly producers: string | undefined;
}

export interface NewFooter extends SegmentFooter {
  readonly content: FooterContent & { readonly ids: Uint8Array | undefined };
}

/** The state of all producers, as text, up to before a seq. */
export interface ProducerSnapshot {
  readonly text: string;
  readonly nextSeq: number;
}

/** The ids of the last messages of a sealed segment. */
export interface FooterIds {
  /** 16 bytes each. */
  readonly ids: Uint8Array;
  /** The seq after the last message. */
  readonly nextSeq: number;
  /** The latest time of a message. */
  readonly time: number;
}

type Trailer = Omit<SegmentFooter, 'content'> & {
  /** The bytes of the frames before it. */
  readonly length: number;
};

/** Enough for the header of a frame with one short event name. */
const HEADER_BYTES = 128;

export const encodeFooter = ({ epoch, end, nextSeq, time, content }: NewFooter): readonly Uint8Array[] => {
  const { index, producers, ids } = content;
  const frames = [footerFrame('index', JSON.stringify({ places: index.numbers, note: producers }))];
  if (ids !== undefined) frames.push(idsFrame(ids));
  for (const frame of frames) frame.stamp({ firstSeq: nextSeq, time, durableOffset: end });
  const length = frames.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  const trailer = encodeBlock('SEGT', { epoch, numbers: [end, length, nextSeq, time] });
  return [...frames.map(({ bytes }) => bytes), trailer];
};

const footerFrame = (event: string, payload: string): Frame =>
  encodeFrame([{ id: NIL_UUID, event, payload }], { kind: KIND.index });

/** In base64, so that no choice of ids looks like the start of a frame. */
const idsFrame = (ids: Uint8Array): Frame => {
  const text = Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength).toString('base64');
  return footerFrame('ids', `"${text}"`);
};

/**
 * Reads the footer of a file without its ids; undefined when it has none or its trailer is damaged.
 * @throws QueueError `journal_unsupported` when the trailer or the index is of an unknown version
 */
export const readFooter = async (
  file: File,
  size: number,
  path: string,
): Promise<SegmentFooter | undefined> => {
  const trailer = await readTrailer(file, size, path);
  if (trailer === undefined) return undefined;
  const { length, ...footer } = trailer;
  const index = await readFooterFrame(file, { path, at: footer.end, end: footer.end + length });
  return { ...footer, content: index && contentOf(index) };
};

const contentOf = (frame: Frame): FooterContent => {
  // Safe: the text is `encodeFooter`'s, proved by its checksum.
  const content = JSON.parse(frame.payloadText(0)) as { places: number[]; note?: string };
  return { index: new SparseIndex(content.places), producers: content.note };
};

/**
 * Reads the ids in the footer of a file; undefined when it has none or they are damaged.
 * @throws QueueError `journal_unsupported` when a part of the footer is of an unknown version
 */
export const readFooterIds = async (
  file: File,
  size: number,
  path: string,
): Promise<FooterIds | undefined> => {
  const trailer = await readTrailer(file, size, path);
  if (trailer === undefined) return undefined;
  const { end: at, length, nextSeq, time } = trailer;
  const index = { path, at, end: at + length };
  const indexHeader = await readFooterHeader(file, index);
  if (indexHeader === undefined) return undefined;
  const frame = await readFooterFrame(file, { ...index, at: at + indexHeader.length });
  if (frame?.firstSeq !== nextSeq || frame.header.durableOffset !== at) return undefined;
  return { ids: Buffer.from(frame.payloadText(0).slice(1, -1), 'base64'), nextSeq, time };
};

/** The producer snapshot of the newest segment whose footer is intact; undefined when it has none. */
export const newestProducerSnapshot = async (
  fileSystem: FileSystem,
  segments: readonly Segment[],
): Promise<ProducerSnapshot | undefined> => {
  for (const { path } of segments.toReversed()) {
    const footer = await reading(fileSystem, path, async (file) => readFooter(file, await file.size(), path));
    if (!footer?.content) continue;
    const { producers } = footer.content;
    return producers === undefined ? undefined : { text: producers, nextSeq: footer.nextSeq };
  }
  return undefined;
};

const readTrailer = async (file: File, size: number, path: string): Promise<Trailer | undefined> => {
  if (size < BLOCK_SIZE) return undefined;
  const found = decodeBlock('SEGT', await readAt(file, size - BLOCK_SIZE, BLOCK_SIZE));
  if (found.kind === 'foreign') throw unsupportedVersion(path, 'The trailer', found.version);
  if (found.kind === 'bad') return undefined;
  const { epoch, numbers } = found.block;
  const [end, length, nextSeq, time] = numbers;
  return end + length + BLOCK_SIZE === size ? { epoch, end, length, nextSeq, time } : undefined;
};

/** Where a frame of a footer begins, and where the last one ends. */
interface FooterFramePosition {
  readonly path: string;
  readonly at: number;
  readonly end: number;
}

/** Undefined when it is damaged or missing. */
const readFooterHeader = async (
  file: File,
  { path, at, end }: FooterFramePosition,
): Promise<FrameHeader | undefined> => {
  const found = headerAt(await readAt(file, at, Math.min(HEADER_BYTES, end - at)));
  if (found.kind === 'foreign') throw unsupportedVersion(path, 'The index', found.version);
  if (found.kind !== 'header' || found.header.kind !== KIND.index) return undefined;
  return at + found.header.length <= end ? found.header : undefined;
};

/** Undefined when it is damaged or missing. */
const readFooterFrame = async (file: File, position: FooterFramePosition): Promise<Frame | undefined> => {
  const header = await readFooterHeader(file, position);
  if (header === undefined) return undefined;
  const found = frameAt(await readAt(file, position.at, header.length));
  return found.kind === 'frame' ? found.frame : undefined;
};
