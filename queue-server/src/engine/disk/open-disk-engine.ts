import type { Durability } from '@typed-queue/contracts';
import { ownFolder, privateFolder } from '@typed-queue/program';
import type { Engine } from '../engine.js';
import type { FileSystem } from '../journal/file-system.js';
import type { JournalEvent } from '../journal/journal-event.js';
import { nodeFileSystem } from '../journal/node-file-system.js';
import type { Flush } from '../journal/writing/group-commit.js';
import { openJournaledEngine } from '../journaled/open-journaled-engine.js';
import { rulesOf, type LocalOptions } from '../local-options.js';
import { backUp } from './data-folder-backup.js';
import { JournalFolders } from './journal-folders.js';
import { RetainingFileSystem } from './retained-files.js';

/** What receipts of an engine on this machine say. */
export type DiskDurability = Exclude<Durability, 'replicated'>;

export interface DiskOptions extends LocalOptions {
  /** Created when it is missing, closed to other users (0700). One process owns it at a time. */
  readonly dir: string;
  readonly fileSystem?: FileSystem;
  /** What receipts say: `memory` when the folder is wiped with the machine. Default `disk`. */
  readonly durability?: DiskDurability;
  /** Called with what a journal found or did, and its name. */
  readonly log?: (event: JournalEvent, journal: string) => void;
  /** Called with the size of frames that came into memory: appended, or read from files. */
  readonly onFrameBytes?: (bytes: number) => void;
  /** Called with each flush of a journal, and its name. */
  readonly measured?: (flush: Flush, journal: string) => void;
}

/**
 * Opens the engine that keeps everything in a folder: `queues/<name>/`, `groups/`, `groups-copy/` and
 * `dead-letters/<name>/`.
 * @throws QueueError `data_dir_in_use`, `journal_unsupported`
 */
export const openDiskEngine = async (options: DiskOptions): Promise<Engine> => {
  const { dir, durability = 'disk' } = options;
  const fileSystem = new RetainingFileSystem(options.fileSystem ?? nodeFileSystem);
  await privateFolder(dir, rulesOf(options).onError, options.fileSystem);
  const release = await ownFolder(dir, { program: 'queue server' });
  const store = new JournalFolders({ ...options, fileSystem });
  return openJournaledEngine({
    ...options,
    durability,
    store,
    backup: (served, capture) =>
      backUp({ dir, fileSystem, served, capture: () => ({ ...capture(), journals: store.contents() }) }),
    release,
  });
};
