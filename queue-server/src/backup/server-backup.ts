import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupFile } from '../engine/backup.js';
import { storedQueues } from '../engine/disk/data-folder.js';
import type { Engine } from '../engine/engine.js';
import { CONTRACTS_FILE } from '../stored-contracts.js';
import { archiveOf } from './archive.js';

export interface ServerBackupDeps {
  readonly engine: Pick<Engine, 'backup'>;
  /** Undefined: the server keeps everything in memory. */
  readonly dataDir: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Begins a backup of a server, as an archive. @throws QueueError what `Engine.backup` throws */
export const beginBackup = async ({
  engine,
  dataDir,
  now,
}: ServerBackupDeps): Promise<AsyncIterable<Uint8Array>> => {
  const definitions = dataDir === undefined ? [] : await definitionsIn(dataDir);
  const backup = await engine.backup();
  return archiveOf({ ...backup, files: [...definitions, ...backup.files] }, now());
};

/** The names of all queues that a backup has, served or not. `dataDir` undefined: everything is in memory. */
export const storedQueuesOf = async (dataDir: string | undefined): Promise<readonly string[]> =>
  dataDir === undefined ? [] : storedQueues(dataDir);

/** Replaced as a whole by each start of the server. */
const definitionsIn = async (dataDir: string): Promise<BackupFile[]> => {
  const bytes = await readFile(join(dataDir, CONTRACTS_FILE)).catch(() => undefined);
  if (bytes === undefined) return [];
  const read = async function* (): AsyncGenerator<Uint8Array, undefined> {
    yield bytes;
  };
  return [{ path: CONTRACTS_FILE, bytes: bytes.byteLength, read }];
};
