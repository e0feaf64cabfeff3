import { join } from 'node:path';
import { readAt, reading, writeAll, type FileSystem } from '../file-system.js';
import { unsupportedVersion } from '../storage-errors.js';
import { BLOCK_SIZE, decodeBlock, encodeBlock, type Magic } from './block.js';
import { SEGMENT_SUFFIX } from './segment-header.js';

interface BlockPosition {
  readonly magic: Magic;
  readonly position: number;
}

/**
 * Gives a journal that is not open another epoch, in every block that names one. Only blocks do, and their size stays the
 * same. Damaged blocks stay as they are.
 * @returns the epoch before; undefined when no segment has an intact header
 * @throws QueueError `journal_unsupported` for a block of an unknown version
 */
export const changeEpoch = async (
  fileSystem: FileSystem,
  dir: string,
  epoch: string,
): Promise<string | undefined> => {
  let former: string | undefined;
  for (const name of (await fileSystem.list(dir)).toSorted()) {
    const path = join(dir, name);
    const size = await reading(fileSystem, path, (file) => file.size());
    for (const block of blocksOf(name, size)) {
      const found = await changeBlock(fileSystem, path, block, epoch);
      if (block.magic === 'SEGH') former ??= found;
    }
  }
  return former;
};

const blocksOf = (name: string, size: number): readonly BlockPosition[] => {
  if (!name.endsWith(SEGMENT_SUFFIX)) {
    return [
      { magic: 'MARK', position: 0 },
      { magic: 'GONE', position: 0 },
    ];
  }
  const trailer = { magic: 'SEGT', position: size - BLOCK_SIZE } as const;
  return [{ magic: 'SEGH', position: 0 }, ...(size < 2 * BLOCK_SIZE ? [] : [trailer])];
};

/** Returns its former epoch; undefined when there is no such block. */
const changeBlock = async (
  fileSystem: FileSystem,
  path: string,
  { magic, position }: BlockPosition,
  epoch: string,
): Promise<string | undefined> => {
  const bytes = await reading(fileSystem, path, (file) => readAt(file, position, BLOCK_SIZE));
  const found = decodeBlock(magic, bytes);
  if (found.kind === 'foreign') throw unsupportedVersion(path, 'A block', found.version);
  if (found.kind === 'bad') return undefined;
  const file = await fileSystem.open(path, 'write');
  try {
    writeAll(file, [encodeBlock(magic, { ...found.block, epoch })], position);
    await file.flush();
  } finally {
    await file.close();
  }
  return found.block.epoch;
};
