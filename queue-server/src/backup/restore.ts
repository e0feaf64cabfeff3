import { QueueError } from '@typed-queue/contracts';
import { codeOf, makeDurableFolder, ownFolder } from '@typed-queue/program';
import { readdir, rename, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { newEpochOf, renewEpochs } from '../engine/disk/restored-folder.js';
import { isMissing } from '../engine/journal/file-system.js';
import { renewStoredContracts } from '../stored-contracts.js';
import { checkBackup } from './check.js';
import { archiveEntries, fileContent, folderEntries, type BackupEntry } from './entries.js';
import { checkGroupRecords } from './group-records.js';
import type { Manifest } from './manifest.js';
import { completed, FolderSink } from './saved-backup.js';
import { checkMessages } from './stored-messages.js';

export interface RestoreOptions {
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
  /** Ends it before the data is in place, which is then as it was before. Default: it is not ended. */
  readonly signal?: AbortSignal;
}

/**
 * Restores a backup, a folder or an archive, as the data of a server that is not running: into `queue/` of its `DATA_DIR`,
 * which must be empty or missing. It appears there when the whole backup was checked; otherwise a `DATA_DIR` that was missing
 * is missing again. Every queue has a new epoch.
 * @throws QueueError `backup_invalid`, `data_dir_not_empty`, `data_dir_in_use`, `journal_unsupported`; the error of the
 * file system, `ENOENT` when there is no backup; the reason of the signal
 */
export const restore = async (
  backup: string,
  dataDir: string,
  { now = Date.now, signal }: RestoreOptions = {},
): Promise<Manifest> => {
  const isFolder = (await stat(backup)).isDirectory();
  const entries = isFolder ? folderEntries(backup, signal) : archiveEntries(fileContent(backup, signal));
  const dir = join(dataDir, 'queue');
  const isNew = await isAbsent(dataDir);
  await makeDurableFolder(dataDir);
  try {
    return await restoreFrom(until(signal, entries), dir, now, signal);
  } catch (error) {
    if (isNew) await rmdir(dataDir).catch(() => undefined);
    signal?.throwIfAborted();
    throw error;
  }
};

const isAbsent = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => false,
    (error: unknown) => isMissing(error),
  );

const restoreFrom = async (
  entries: AsyncIterable<BackupEntry>,
  dir: string,
  now: () => number,
  signal: AbortSignal | undefined,
): Promise<Manifest> => {
  await removeEmpty(dir);
  return completed({ path: dir, publish }, async (part) => {
    const folder = new FolderSink(part);
    const manifest = await checkBackup(entries, folder);
    await folder.flush();
    await checkMessages(manifest, part);
    await checkGroupRecords(part);
    const epochs = await renewEpochs(part, now);
    await renewStoredContracts(part, (queue, epoch) => newEpochOf(epochs, queue, epoch) ?? epoch);
    signal?.throwIfAborted();
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
  if (names.length > 0) throw notEmpty(dir);
  await rmdir(dir);
};

const notEmpty = (dir: string): QueueError =>
  new QueueError(
    'data_dir_not_empty',
    `${dir} is not empty. Restore into another data directory, or move this one away.`,
    { details: { dir } },
  );

/** @throws QueueError `data_dir_not_empty` when another restore or a server has begun there meanwhile */
const publish = async (part: string, dir: string): Promise<void> => {
  try {
    await rename(part, dir);
  } catch (error) {
    throw NOT_EMPTY.includes(codeOf(error)) ? notEmpty(dir) : error;
  }
};

const NOT_EMPTY: readonly (string | undefined)[] = ['ENOTEMPTY', 'EEXIST'];

async function* until(
  signal: AbortSignal | undefined,
  entries: AsyncIterable<BackupEntry>,
): AsyncGenerator<BackupEntry, undefined> {
  for await (const entry of entries) {
    signal?.throwIfAborted();
    yield entry;
  }
}
