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
  const groups = new Set<string>();
  for (const [index, line] of text.replace(/\n$/, '').split('\n').entries()) {
    const problem = problemOf(line, index, groups);
    if (problem === undefined) continue;
    throw backupInvalid(
      'damaged',
      `line ${index + 1} of ${GROUP_RECORDS_FILE} ${problem}`,
      GROUP_RECORDS_FILE,
    );
  }
};

/** A snapshot replaces what is before it; a group follows it once. */
const problemOf = (line: string, index: number, groups: Set<string>): string | undefined => {
  const found = recordOf(line);
  if (found === undefined) return 'is no record of a group';
  const begins = found.kind === 'snapshot';
  if (begins !== (index === 0)) return begins ? 'begins the groups again' : 'does not begin the groups';
  if (found.kind !== 'group') return undefined;
  const name = JSON.stringify([found.queue, found.group]);
  if (groups.has(name)) return `has the group "${found.group}" of "${found.queue}" a second time`;
  groups.add(name);
  return undefined;
};

const recordOf = (line: string): z.output<typeof record> | undefined => {
  try {
    return record.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
};
