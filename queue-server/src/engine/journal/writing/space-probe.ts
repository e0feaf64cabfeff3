import { join } from 'node:path';
import { removeIfPresent, writeAll, type FileSystem } from '../file-system.js';

const NAME = 'space.probe';

/** Has the disk of a folder room for `bytes`? Writes a file of that size; a failure counts as no. */
export const hasRoom = async (fileSystem: FileSystem, dir: string, bytes: number): Promise<boolean> => {
  try {
    await removeProbe(fileSystem, dir);
    const file = await fileSystem.open(join(dir, NAME), 'create');
    try {
      writeAll(file, [new Uint8Array(bytes)], 0);
      await file.flush();
    } finally {
      await file.close();
      await removeProbe(fileSystem, dir);
    }
    return true;
  } catch {
    return false;
  }
};

/** Removes what an interrupted probe left. */
export const removeProbe = async (fileSystem: FileSystem, dir: string): Promise<void> => {
  await removeIfPresent(fileSystem, join(dir, NAME));
};
