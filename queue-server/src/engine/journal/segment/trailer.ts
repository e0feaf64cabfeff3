import { BLOCK_SIZE, decodeBlock, encodeBlock } from './block.js';
import { readAt, type File } from '../file-system.js';
import { unsupportedVersion } from '../trouble.js';

/** The block that ends a sealed segment. */
export interface Trailer {
  readonly epoch: string;
  /** Where the messages end and the frames of the seal begin. */
  readonly end: number;
  /** The bytes of the frames of the seal. */
  readonly length: number;
  /** The seq behind the last message. */
  readonly nextSeq: number;
  /** The latest time of a message. */
  readonly time: number;
}

export const encodeTrailer = ({ epoch, end, length, nextSeq, time }: Trailer): Uint8Array =>
  encodeBlock('SEGT', { epoch, numbers: [end, length, nextSeq, time] });

/**
 * Reads the trailer of a file, undefined when it has none or it is damaged.
 * @throws QueueError `journal_unsupported` when it is of an unknown version
 */
export const readTrailer = async (file: File, size: number, path: string): Promise<Trailer | undefined> => {
  if (size < BLOCK_SIZE) return undefined;
  const found = decodeBlock('SEGT', await readAt(file, size - BLOCK_SIZE, BLOCK_SIZE));
  if (found.kind === 'foreign') throw unsupportedVersion(path, 'The trailer', found.version);
  if (found.kind === 'bad') return undefined;
  const { epoch, numbers } = found.block;
  const [end, length, nextSeq, time] = numbers;
  return end + length + BLOCK_SIZE === size ? { epoch, end, length, nextSeq, time } : undefined;
};
