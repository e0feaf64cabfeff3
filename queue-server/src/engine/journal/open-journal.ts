import { newId, QueueError } from '@typed-queue/contracts';
import { unrefAfter } from '@typed-queue/program';
import { FileJournal } from './file-journal.js';
import { isFull, isShortage } from './file-system.js';
import type { Journal, JournalOptions } from './journal.js';
import { nodeFileSystem } from './node-file-system.js';
import { openLog, type OpenedLog } from './recovery/open-log.js';
import { RecentReads } from './reading/recent-reads.js';
import { storageFull, storageUnavailable, unreadable } from './storage-errors.js';

type CompleteOptions = Required<Omit<JournalOptions, 'dedup'>> & Pick<JournalOptions, 'dedup'>;

const defaults = {
  fileSystem: nodeFileSystem,
  now: () => Date.now(),
  newEpoch: newId,
  segmentBytes: 64 * 1024 * 1024,
  inlineBytes: 64 * 1024,
  fillBytes: 1024 * 1024,
  steadyNow: () => performance.now(),
  cacheBytes: 8 * 1024 * 1024,
  recentReads: new RecentReads(0),
  defer: (run) => void setImmediate(run),
  probeMs: 1000,
  after: unrefAfter,
  onFrameBytes: () => undefined,
  log: () => undefined,
  measured: () => undefined,
} satisfies Partial<JournalOptions>;

/**
 * Opens the log in a folder, or creates one: recovers from a stop of any kind, cuts off a torn tail, and reports
 * damage. It opens on a full disk, too: appends are then refused until there is room.
 * @throws QueueError `journal_unsupported` (nothing was changed), `storage_failed`, `storage_full`, `storage_unavailable`
 */
export const openJournal = async (options: JournalOptions): Promise<Journal> => {
  const complete: CompleteOptions = { ...defaults, ...options };
  const journal = new FileJournal(complete, await openFolder(complete));
  await journal.prepare();
  return journal;
};

const openFolder = async (options: CompleteOptions): Promise<OpenedLog> => {
  try {
    return await openLog(options);
  } catch (error) {
    if (error instanceof QueueError) throw error;
    if (isShortage(error)) throw storageUnavailable(options.dir, error);
    throw isFull(error) ? storageFull(options.dir, error) : unreadable(options.dir, error);
  }
};
