import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../journal/file-system.js';

/** The names of all queues that are stored in the folder of the disk engine, sorted; it may not exist yet. */
export const storedQueues = (dir: string): Promise<readonly string[]> => namesIn(join(dir, 'queues'));

/** The folders in a folder, sorted; it may not exist yet. */
export const namesIn = async (dir: string): Promise<readonly string[]> => {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
};
