import { join } from 'node:path';
import { foldersIn, JOURNAL_FOLDERS, QUEUES, storedQueues } from '../engine/disk/data-folder.js';
import { nodeFileSystem } from '../engine/journal/node-file-system.js';
import { storedRange, type StoredRange } from '../engine/journal/recovery/stored-range.js';
import { backupInvalid, MANIFEST_FILE, type Manifest } from './manifest.js';

/**
 * Compares the queues and messages that a manifest lists with those in the files, which are in the folder.
 * @throws QueueError `backup_invalid`, `journal_unsupported`
 */
export const checkMessages = async ({ queues }: Manifest, dir: string): Promise<void> => {
  const stored = new Set(await storedQueues(dir));
  const listed = new Set<string>();
  for (const claimed of queues) {
    const { queue } = claimed;
    if (listed.has(queue)) throw mismatch(`lists the queue ${JSON.stringify(queue)} twice`);
    listed.add(queue);
    const found = stored.has(queue) ? await storedRange(nodeFileSystem, join(dir, QUEUES, queue)) : undefined;
    if (isRight(claimed, found)) continue;
    const [said, held] = [claimed, found ?? NO_MESSAGES].map(rangeText);
    throw mismatch(`says that the queue ${JSON.stringify(queue)} has ${said}, but its files have ${held}`);
  }
  for (const journals of JOURNAL_FOLDERS) {
    const more = (await foldersIn(join(dir, journals))).find((queue) => !listed.has(queue));
    if (more === undefined) continue;
    throw backupInvalid('foreign', `${MANIFEST_FILE} lists no queue ${more}`, `${journals}/${more}`);
  }
};

type Range = Pick<StoredRange, 'firstSeq' | 'lastSeq'>;

const NO_MESSAGES: Range = { firstSeq: 1, lastSeq: 0 };

/** Of a log whose end is damaged the last seq cannot be known. */
const isRight = ({ firstSeq, lastSeq }: Range, found: StoredRange | undefined): boolean => {
  if (found === undefined) return lastSeq === firstSeq - 1;
  const isLast = found.isCut ? lastSeq >= found.lastSeq : lastSeq === found.lastSeq;
  return firstSeq === found.firstSeq && isLast;
};

const rangeText = ({ firstSeq, lastSeq }: Range): string =>
  lastSeq < firstSeq ? `no message before seq ${firstSeq}` : `the messages ${firstSeq} to ${lastSeq}`;

const mismatch = (why: string): Error => backupInvalid('damaged', `${MANIFEST_FILE} ${why}`, MANIFEST_FILE);
