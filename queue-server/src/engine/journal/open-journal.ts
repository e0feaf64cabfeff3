import { newId, QueueError } from '@typed-queue/contracts';
import { unrefAfter } from '@typed-queue/program';
import { FileJournal } from './file-journal.js';
import { isFull, isShortage, type FileSystem } from './file-system.js';
import type { JournalOptions } from './journal.js';
import { nodeFileSystem } from './node-file-system.js';
import { openLog, type OpenedLog } from './recovery/open-log.js';
import { RecentReads } from './reading/recent-reads.js';
import { storageFull, storageUnavailable, unreadable } from './storage-errors.js';

export interface FolderOptions extends JournalOptions {
  /** The folder of the log, created when it is missing; nobody else may write to it. */
  readonly dir: string;
  /** @default the machine's */
  readonly fileSystem?: FileSystem;
  /**
   * Batches of at most this many bytes are written and flushed in one call on the event loop, without the thread
   * pool, while the disk is fast; others are flushed off the loop. 0: none. @default 64 KiB
   */
  readonly inlineBytes?: number;
  /**
   * The most zeros, in bytes, that are written at once ahead of small batches, so that flushing a batch does not extend
   * the file; 0: none. Without `inlineBytes` there are none. @default 1 MiB
   */
  readonly fillBytes?: number;
}

type CompleteOptions = Required<Omit<FolderOptions, 'dedup'>> & Pick<FolderOptions, 'dedup'>;

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
} satisfies Partial<FolderOptions>;

/**
 * Opens the log in a folder, or creates one: recovers from a stop of any kind, cuts off a torn tail, and reports
 * damage. It opens on a full disk, too: appends are then refused until there is room.
 * @throws QueueError `journal_unsupported` (nothing was changed), `storage_failed`, `storage_full`, `storage_unavailable`
 */
export const openJournal = async (options: FolderOptions): Promise<FileJournal> => {
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
