import { QueueError } from '@typed-queue/contracts';
import { rightsToQueue, type Principal, type Rights } from '@typed-queue/program';
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
  /** That are served. */
  readonly queues: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Begins a backup of a server for a principal, as an archive.
 * @throws QueueError `forbidden` unless it may administer and tail all queues, and what `Engine.backup` throws
 */
export const beginBackup = async (
  { engine, dataDir, queues, now }: ServerBackupDeps,
  { rights }: Principal,
): Promise<AsyncIterable<Uint8Array>> => {
  const stored = dataDir === undefined ? [] : await storedQueues(dataDir);
  checkRights(rights, [...queues, ...stored]);
  const definitions = dataDir === undefined ? [] : await definitionsIn(dataDir);
  const backup = await engine.backup();
  return archiveOf({ ...backup, files: [...definitions, ...backup.files] }, now());
};

/** A backup shows every message, which `admin` alone does not. */
const NEEDED = ['admin', 'tail'] as const;

/** @throws QueueError `forbidden`, which names no queue: the principal may not know all of them */
const checkRights = (rights: Rights, queues: readonly string[]): void => {
  for (const verb of NEEDED) {
    if (queues.every((queue) => rightsToQueue(rights, queue)?.[verb] === true)) continue;
    throw new QueueError('forbidden', 'A backup needs the rights "admin" and "tail" of all queues.', {
      details: { verb, queue: '*' },
    });
  }
};

/** Replaced as a whole by each start of the server. */
const definitionsIn = async (dataDir: string): Promise<BackupFile[]> => {
  const bytes = await readFile(join(dataDir, CONTRACTS_FILE)).catch(() => undefined);
  if (bytes === undefined) return [];
  const read = async function* (): AsyncGenerator<Uint8Array, undefined> {
    yield bytes;
  };
  return [{ path: CONTRACTS_FILE, bytes: bytes.byteLength, read }];
};
