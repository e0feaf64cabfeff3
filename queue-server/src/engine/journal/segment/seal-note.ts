import { reading, type FileSystem } from '../file-system.js';
import { readSeal } from './seal.js';
import type { Segment } from './segment-header.js';

/** A note of a sealed segment. */
export interface SealNote {
  readonly text: string;
  /** The first seq that the note could not know of. */
  readonly nextSeq: number;
}

/** The note of the newest segment whose seal is intact; undefined when it has none. */
export const newestNote = async (
  fileSystem: FileSystem,
  segments: readonly Segment[],
): Promise<SealNote | undefined> => {
  for (const { path } of segments.toReversed()) {
    const seal = await reading(fileSystem, path, async (file) => readSeal(file, await file.size(), path));
    if (!seal?.content) continue;
    const { note } = seal.content;
    return note === undefined ? undefined : { text: note, nextSeq: seal.nextSeq };
  }
  return undefined;
};
