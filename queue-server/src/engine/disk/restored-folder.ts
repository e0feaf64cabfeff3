import { newId } from '@typed-queue/contracts';
import { flushFolder } from '@typed-queue/program';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GroupRecord } from '../groups/group-records.js';
import { nodeFileSystem } from '../journal/node-file-system.js';
import { openJournal } from '../journal/open-journal.js';
import { changeEpoch } from '../journal/segment/new-epoch.js';
import {
  DEAD_LETTERS,
  foldersIn,
  GROUP_RECORDS_FILE,
  GROUPS,
  GROUPS_COPY,
  storedQueues,
  QUEUES,
} from './data-folder.js';
import { DeadLetterLog } from '../journaled/dead-letter-log.js';
import { GroupStateLog } from '../journaled/group-state-log.js';
import { renewedLetter, renewedRecord, type NewEpochOf } from '../journaled/new-epochs.js';

/** The epochs of each queue, before and after. */
export type NewEpochs = ReadonlyMap<string, { readonly former: string | undefined; readonly epoch: string }>;

/**
 * Makes a data folder of the files of a backup, which are in it. Every queue gets a new epoch, so that whoever knows
 * messages that were published after the backup gets a reset. Groups and dead letters get it, too, and keep their states.
 * @throws QueueError `journal_unsupported`
 */
export const renewEpochs = async (dir: string, wallNow: () => number): Promise<NewEpochs> => {
  const epochs: NewEpochs = new Map(
    await Promise.all(
      (await storedQueues(dir)).map(async (queue) => {
        const epoch = newId();
        const former = await changeEpoch(nodeFileSystem, join(dir, QUEUES, queue), epoch);
        return [queue, { former, epoch }] as const;
      }),
    ),
  );
  for (const queue of await foldersIn(join(dir, DEAD_LETTERS))) await renewLetters(dir, queue, epochs);
  await renewGroups(dir, epochs, wallNow);
  await flushFolder(dir);
  return epochs;
};

/** The new epoch in place of the former one; undefined for any other. */
export const newEpochOf = (epochs: NewEpochs, queue: string, epoch: string): string | undefined => {
  const known = epochs.get(queue);
  return known?.former === epoch ? known.epoch : undefined;
};

const renewLetters = async (dir: string, queue: string, epochs: NewEpochs): Promise<void> => {
  const letters = new DeadLetterLog(
    () => openJournal({ dir: join(dir, DEAD_LETTERS, queue), inlineBytes: 0 }),
    // Of compactions, of which there are none.
    () => undefined,
  );
  try {
    await letters.restore(new Set());
    await letters.changeAll((letter) => renewedLetter(letter, (epoch) => newEpochOf(epochs, queue, epoch)));
  } finally {
    await letters.close();
  }
};

const renewGroups = async (dir: string, epochs: NewEpochs, wallNow: () => number): Promise<void> => {
  const path = join(dir, GROUP_RECORDS_FILE);
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  const newOf: NewEpochOf = (queue, epoch) => newEpochOf(epochs, queue, epoch);
  // Safe: written by `backUp`, and checked.
  const records = lines.map((line) => renewedRecord(JSON.parse(line) as GroupRecord, newOf, wallNow));
  const [journal, copies] = [
    await openJournal({ dir: join(dir, GROUPS), inlineBytes: 0 }),
    await openJournal({ dir: join(dir, GROUPS_COPY), inlineBytes: 0 }),
  ];
  // What fails for good is the fault of the journal, which `durable` throws.
  const log = new GroupStateLog({ journal, copies, snapshot: () => records, onError: () => undefined });
  try {
    await Promise.all(records.map((record) => log.write(record)));
    await log.durable();
  } finally {
    await log.close();
  }
  await rm(path);
};
