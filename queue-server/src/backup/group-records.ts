import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { GROUP_RECORDS_FILE } from '../engine/disk/data-folder.js';
import { isMissing } from '../engine/journal/file-system.js';
import { backupInvalid } from './manifest.js';

const ofGroup = { queue: z.string(), group: z.string() };

/** What is needed of a record to make it part of another data folder. */
const record = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal(['start', 'snapshot']), boot: z.number() }),
  z.looseObject({ kind: z.literal('lost'), heads: z.array(z.tuple([z.string(), z.number()])) }),
  z.looseObject({
    kind: z.literal('group'),
    ...ofGroup,
    epoch: z.string(),
    floor: z.number(),
    runs: z.array(z.unknown()),
  }),
  z.looseObject({ kind: z.literal(['changes', 'redriven', 'kept', 'terms', 'deleted']), ...ofGroup }),
]);

/**
 * Checks the group records of a backup, whose files are in the folder.
 * @throws QueueError `backup_invalid`
 */
export const checkGroupRecords = async (dir: string): Promise<void> => {
  const text = await readFile(join(dir, GROUP_RECORDS_FILE), 'utf8').catch((error: unknown) => {
    if (!isMissing(error)) throw error;
    throw backupInvalid('incomplete', `it lacks ${GROUP_RECORDS_FILE}`, GROUP_RECORDS_FILE);
  });
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '' || isRecord(line)) continue;
    throw backupInvalid(
      'damaged',
      `line ${index + 1} of ${GROUP_RECORDS_FILE} is no record of a group`,
      GROUP_RECORDS_FILE,
    );
  }
};

const isRecord = (line: string): boolean => {
  try {
    return record.safeParse(JSON.parse(line)).success;
  } catch {
    return false;
  }
};
