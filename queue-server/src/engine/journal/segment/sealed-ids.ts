import { Buffer } from 'node:buffer';
import { encodeFrame, KIND, NIL_UUID, type Frame } from '@typed-queue/contracts/wire';
import type { File } from '../file-system.js';
import { readSealFrame, readSealHeader } from './seal-frame.js';
import { readTrailer } from './trailer.js';

/** The ids of the last messages of a sealed segment. */
export interface SealedIds {
  /** 16 bytes each. */
  readonly ids: Uint8Array;
  /** The seq behind the last message. */
  readonly nextSeq: number;
  /** The latest time of a message. */
  readonly time: number;
}

/** A frame of `KIND.index`. In base64, so that no choice of ids looks like the begin of a frame. */
export const encodeIds = (ids: Uint8Array): Frame => {
  const text = Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength).toString('base64');
  return encodeFrame([{ id: NIL_UUID, event: 'ids', payload: `"${text}"` }], { kind: KIND.index });
};

/**
 * Reads the ids in the seal of a file, undefined when it has none or they are damaged.
 * @throws QueueError `journal_unsupported` when a part of the seal is of an unknown version
 */
export const readSealedIds = async (
  file: File,
  size: number,
  path: string,
): Promise<SealedIds | undefined> => {
  const trailer = await readTrailer(file, size, path);
  if (trailer === undefined) return undefined;
  const { end: at, length, nextSeq, time } = trailer;
  const index = { path, at, end: at + length };
  const indexHeader = await readSealHeader(file, index);
  if (indexHeader === undefined) return undefined;
  const frame = await readSealFrame(file, { ...index, at: at + indexHeader.length });
  if (frame?.firstSeq !== nextSeq || frame.header.durableOffset !== at) return undefined;
  return { ids: Buffer.from(frame.payloadText(0).slice(1, -1), 'base64'), nextSeq, time };
};
