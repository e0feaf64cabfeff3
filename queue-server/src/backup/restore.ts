import { QueueError } from '@typed-queue/contracts';
import { makeDurableFolder, ownFolder } from '@typed-queue/program';
import { createReadStream } from 'node:fs';
import { readdir, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { newEpochOf, renewEpochs } from '../engine/disk/restored-folder.js';
import { isMissing } from '../engine/journal/file-system.js';
import { renewStoredContracts } from '../stored-contracts.js';
import { checkBackup } from './check.js';
import { archiveEntries, folderEntries } from './entries.js';
import type { Manifest } from './manifest.js';
import { completed, FolderSink } from './saved-backup.js';

export interface RestoreOptions {
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
}

/**
 * Restores a backup, a folder or an archive, as the data of a server that is not running: into `queue/` of its `DATA_DIR`,
 * which must be empty or missing. It appears there when the whole backup was checked. Every queue has a new epoch.
 * @throws QueueError `backup_invalid`, `data_dir_not_empty`, `data_dir_in_use`, `journal_unsupported`; the error of the
 * file system, `ENOENT` when there is no backup
 */
export const restore = async (
  backup: string,
  dataDir: string,
  { now = Date.now }: RestoreOptions = {},
): Promise<Manifest> => {
  const isFolder = (await stat(backup)).isDirectory();
  const entries = isFolder ? folderEntries(backup) : archiveEntries(createReadStream(backup));
  const dir = join(dataDir, 'queue');
  await makeDurableFolder(dataDir);
  await removeEmpty(dir);
  return completed(dir, async (part) => {
    const folder = new FolderSink(part);
    const manifest = await checkBackup(entries, folder);
    await folder.flush();
    const epochs = await renewEpochs(part, now);
    await renewStoredContracts(part, (queue, epoch) => newEpochOf(epochs, queue, epoch) ?? epoch);
    return manifest;
  });
};

/** @throws QueueError `data_dir_not_empty`, `data_dir_in_use` */
const removeEmpty = async (dir: string): Promise<void> => {
  const names = await readdir(dir).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (names === undefined) return;
  const release = await ownFolder(dir, { program: 'queue server' });
  await release();
  if (names.length > 0) {
    throw new QueueError(
      'data_dir_not_empty',
      `${dir} is not empty. Restore into another data directory, or move this one away.`,
      { details: { dir } },
    );
  }
  await rmdir(dir);
};
