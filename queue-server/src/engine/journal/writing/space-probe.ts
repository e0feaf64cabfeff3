import { join } from 'node:path';
import { isMissing, writeAll, type FileSystem } from '../file-system.js';

const NAME = 'space.probe';

/** Has the disk of a folder room for so many bytes? Finds out by writing a file; what fails counts as no. */
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

/** Removes what a probe left that was interrupted. */
export const removeProbe = async (fileSystem: FileSystem, dir: string): Promise<void> => {
  try {
    await fileSystem.remove(join(dir, NAME));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
};
