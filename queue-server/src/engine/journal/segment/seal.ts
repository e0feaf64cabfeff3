import { encodeFrame, frameAt, KIND, NIL_UUID } from '@typed-queue/contracts';
import { BLOCK_SIZE, decodeBlock, encodeBlock } from './block.js';
import { readAt, type File } from '../file-system.js';
import { SparseIndex } from './sparse-index.js';
import { unsupportedVersion } from '../trouble.js';

/**
 * The end of a sealed segment: its index and note as a frame of `KIND.index`, whose text is
 * `{ "places": [seq, offset, time …], "note": text }`, and a trailer that finds it.
 */
export interface Seal {
  readonly epoch: string;
  /** Where the messages end and the index begins. */
  readonly end: number;
  /** The seq behind the last message. */
  readonly nextSeq: number;
  /** The latest time of a message. */
  readonly time: number;
  /** Undefined when the index is damaged. */
  readonly content: SealContent | undefined;
}

export interface SealContent {
  readonly index: SparseIndex;
  readonly note: string | undefined;
}

export const encodeSeal = (seal: Seal & { readonly content: SealContent }): readonly Uint8Array[] => {
  const { epoch, end, nextSeq, time, content } = seal;
  const payload = JSON.stringify({ places: content.index.numbers, note: content.note });
  const frame = encodeFrame([{ id: NIL_UUID, event: 'index', payload }], { kind: KIND.index });
  frame.stamp({ firstSeq: nextSeq, time, durableOffset: end });
  const trailer = encodeBlock('SEGT', { epoch, numbers: [end, frame.bytes.byteLength, nextSeq, time] });
  return [frame.bytes, trailer];
};

/**
 * Reads the seal of a file, undefined when it has none or its trailer is damaged.
 * @throws QueueError `journal_unsupported` when the trailer or the index is of an unknown version
 */
export const readSeal = async (file: File, size: number, path: string): Promise<Seal | undefined> => {
  if (size < BLOCK_SIZE) return undefined;
  const found = decodeBlock('SEGT', await readAt(file, size - BLOCK_SIZE, BLOCK_SIZE));
  if (found.kind === 'foreign') throw unsupportedVersion(path, 'The trailer', found.version);
  if (found.kind === 'bad') return undefined;
  const { epoch, numbers } = found.block;
  const [end, length, nextSeq, time] = numbers;
  if (end + length + BLOCK_SIZE !== size) return undefined;
  const content = contentOf(await readAt(file, end, length), path);
  return { epoch, end, nextSeq, time, content };
};

const contentOf = (bytes: Uint8Array, path: string): SealContent | undefined => {
  const found = frameAt(bytes);
  if (found.kind === 'foreign') throw unsupportedVersion(path, 'The index', found.version);
  if (found.kind !== 'frame' || found.frame.header.kind !== KIND.index) return undefined;
  // Safe: the text is `encodeSeal`'s, proved by its checksum.
  const content = JSON.parse(found.frame.payloadText(0)) as { places: number[]; note?: string };
  return { index: new SparseIndex(content.places), note: content.note };
};
