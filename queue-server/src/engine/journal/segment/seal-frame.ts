import { frameAt, headerAt, KIND, type Frame, type FrameHeader } from '@typed-queue/contracts/wire';
import { readAt, type File } from '../file-system.js';
import { unsupportedVersion } from '../trouble.js';

/** Where a frame of a seal begins, and where the last one ends. */
export interface SealPlace {
  readonly path: string;
  readonly at: number;
  readonly end: number;
}

/** Enough for the header of a frame with one short event name. */
const HEADER_BYTES = 128;

/**
 * Reads the header of a frame of a seal, undefined when it is damaged or missing.
 * @throws QueueError `journal_unsupported` when it is of an unknown version
 */
export const readSealHeader = async (
  file: File,
  { path, at, end }: SealPlace,
): Promise<FrameHeader | undefined> => {
  const found = headerAt(await readAt(file, at, Math.min(HEADER_BYTES, end - at)));
  if (found.kind === 'foreign') throw unsupportedVersion(path, 'The index', found.version);
  if (found.kind !== 'header' || found.header.kind !== KIND.index) return undefined;
  return at + found.header.length <= end ? found.header : undefined;
};

/**
 * Reads a frame of a seal, undefined when it is damaged or missing.
 * @throws QueueError `journal_unsupported` when it is of an unknown version
 */
export const readSealFrame = async (file: File, place: SealPlace): Promise<Frame | undefined> => {
  const header = await readSealHeader(file, place);
  if (header === undefined) return undefined;
  const found = frameAt(await readAt(file, place.at, header.length));
  return found.kind === 'frame' ? found.frame : undefined;
};
