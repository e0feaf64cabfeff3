import { encodeFrame, KIND, NIL_UUID, type Frame } from '@typed-queue/contracts/wire';
import type { File } from '../file-system.js';
import { readSealFrame } from './seal-frame.js';
import { encodeIds } from './sealed-ids.js';
import { SparseIndex } from './sparse-index.js';
import { encodeTrailer, readTrailer, type Trailer } from './trailer.js';

/**
 * The end of a sealed segment: its index and note as a frame of `KIND.index`, whose text is
 * `{ "places": [seq, offset, time …], "note": text }`; where ids are kept, a second such frame with those of the
 * last messages, as a text in base64; and a trailer that finds them.
 */
export interface Seal extends Omit<Trailer, 'length'> {
  /** Undefined when the index is damaged. */
  readonly content: SealContent | undefined;
}

export interface SealContent {
  readonly index: SparseIndex;
  readonly note: string | undefined;
}

export interface NewSeal extends Seal {
  readonly content: SealContent & { readonly ids: Uint8Array | undefined };
}

export const encodeSeal = ({ content, ...seal }: NewSeal): readonly Uint8Array[] => {
  const { end, nextSeq, time } = seal;
  const payload = JSON.stringify({ places: content.index.numbers, note: content.note });
  const index = encodeFrame([{ id: NIL_UUID, event: 'index', payload }], { kind: KIND.index });
  const frames = content.ids === undefined ? [index] : [index, encodeIds(content.ids)];
  for (const frame of frames) frame.stamp({ firstSeq: nextSeq, time, durableOffset: end });
  const length = frames.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  return [...frames.map(({ bytes }) => bytes), encodeTrailer({ ...seal, length })];
};

/**
 * Reads the seal of a file, undefined when it has none or its trailer is damaged. The ids are passed over.
 * @throws QueueError `journal_unsupported` when the trailer or the index is of an unknown version
 */
export const readSeal = async (file: File, size: number, path: string): Promise<Seal | undefined> => {
  const trailer = await readTrailer(file, size, path);
  if (trailer === undefined) return undefined;
  const { length, ...seal } = trailer;
  const index = await readSealFrame(file, { path, at: seal.end, end: seal.end + length });
  return { ...seal, content: index && contentOf(index) };
};

const contentOf = (frame: Frame): SealContent => {
  // Safe: the text is `encodeSeal`'s, proved by its checksum.
  const content = JSON.parse(frame.payloadText(0)) as { places: number[]; note?: string };
  return { index: new SparseIndex(content.places), note: content.note };
};
