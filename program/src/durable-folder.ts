import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { flushFolder } from './flush-folder.js';

/** For its owner alone; what is below is out of reach for others whatever its own mode. */
export const OWNER_ONLY = 0o700;

/** How folders are made and flushed. */
export interface Folders {
  /** Makes a folder and those above it that are missing. Resolves with the topmost that it made. */
  makeDir(path: string): Promise<string | undefined>;
  /** Resolves when the entries of a folder are durable. */
  syncDir(path: string): Promise<void>;
}

export const systemFolders: Folders = {
  makeDir: (path) => mkdir(path, { recursive: true, mode: OWNER_ONLY }),
  syncDir: (path) => flushFolder(path),
};

/** Said of folders that this user may not open, and of file systems that flush no folder. */
const UNFLUSHABLE: readonly unknown[] = ['EACCES', 'EPERM', 'EINVAL', 'ENOTSUP', 'EROFS'];

const isUnflushable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && UNFLUSHABLE.includes(error.code);

/**
 * Makes a folder and those above it that are missing, and flushes it and every folder above it: any of them may have
 * been made by a process that was killed before its flush.
 * @throws the error of the file system; a folder that was there may refuse to be flushed if it holds nothing new
 */
export const makeDurableFolder = async (path: string, folders: Folders = systemFolders): Promise<void> => {
  const topmost = await folders.makeDir(path);
  const lastChanged = topmost === undefined ? undefined : dirname(resolve(topmost));
  let isChanged = topmost !== undefined;
  for (const dir of upwards(resolve(path))) {
    const mayRefuse = !isChanged;
    await folders.syncDir(dir).catch((error: unknown) => {
      if (!mayRefuse || !isUnflushable(error)) throw error;
    });
    if (dir === lastChanged) isChanged = false;
  }
};

/** A folder and those above it, up to the root. */
const upwards = (dir: string): readonly string[] => {
  const parent = dirname(dir);
  return parent === dir ? [dir] : [dir, ...upwards(parent)];
};
