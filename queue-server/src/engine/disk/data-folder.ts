import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../journal/file-system.js';

export const QUEUES = 'queues';
export const DEAD_LETTERS = 'dead-letters';
export const GROUPS = 'groups';
export const GROUPS_COPY = 'groups-copy';

/** Folders with a journal for each queue. */
export const JOURNAL_FOLDERS: readonly string[] = [QUEUES, DEAD_LETTERS];

/** Of a backup, in place of the journals of group records: a record a line. */
export const GROUP_RECORDS_FILE = 'groups.ndjson';

/** The names of all queues that are stored in a data folder, sorted; it may not exist yet. */
export const storedQueues = (dir: string): Promise<readonly string[]> => foldersIn(join(dir, QUEUES));

/** Sorted; none when the folder is missing. */
export const foldersIn = async (dir: string): Promise<readonly string[]> => {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
};
