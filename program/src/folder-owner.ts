import { QueueError } from '@typed-queue/contracts';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { platform as systemPlatform } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
// The lock file holds the process id of its owner.
// eslint-disable-next-line no-restricted-imports
import { kill, pid } from 'node:process';
import { codeOf } from './thrown.js';

/** Long enough for processes that start at the same time to have written their ids. */
const SETTLE_MS = 100;

/** Releases a folder. */
export type Release = () => Promise<void>;

interface FolderOwner {
  /** For messages: `queue server`. */
  readonly program: string;
  /** Default: the machine's. */
  readonly platform?: string;
}

const inUse = (dir: string, program: string): QueueError =>
  new QueueError(
    'data_dir_in_use',
    `Another ${program} owns ${dir}. Stop it first, or give this one another DATA_DIR.`,
    { details: { dir } },
  );

/**
 * Makes this process the only owner of a folder until it releases it or ends, however it ends. On Linux by an abstract
 * socket named after device and inode, which the kernel frees with the process; elsewhere by a file with the process id.
 * @throws QueueError `data_dir_in_use`
 */
export const ownFolder = (
  dir: string,
  { program, platform = systemPlatform() }: FolderOwner,
): Promise<Release> => (platform === 'linux' ? ownBySocket(dir, program) : ownByFile(dir, program));

const ownBySocket = async (dir: string, program: string): Promise<Release> => {
  const { dev, ino } = await stat(dir);
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? inUse(dir, program) : error);
    });
    server.listen(`\0typed-queue:${dev}:${ino}`, resolve);
  });
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
};

const ownByFile = async (dir: string, program: string): Promise<Release> => {
  const path = join(dir, 'owner.pid');
  const ownerNow = async (): Promise<number> => Number(await readFile(path, 'utf8').catch(() => ''));
  const owner = await ownerNow();
  if (owner > 0 && isAlive(owner)) throw inUse(dir, program);
  await writeFile(`${path}.${pid}`, String(pid), { mode: 0o600 });
  await rename(`${path}.${pid}`, path);
  // Others may have replaced the same dead owner: the last to write its id is the owner.
  await delay(SETTLE_MS);
  if ((await ownerNow()) !== pid) throw inUse(dir, program);
  return () => rm(path, { force: true });
};

const isAlive = (owner: number): boolean => {
  try {
    kill(owner, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
};
