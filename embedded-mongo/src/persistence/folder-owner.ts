import { QueueError } from '@typed-queue/contracts';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { platform as systemPlatform } from 'node:os';
import { join } from 'node:path';
// A lock names the process that holds it.
// eslint-disable-next-line no-restricted-imports
import { kill, pid } from 'node:process';

/** Gives a folder free again. */
export type Release = () => Promise<void>;

const inUse = (dir: string): QueueError =>
  new QueueError(
    'data_dir_in_use',
    `Another embedded-mongo owns ${dir}. Stop it first, or give this one another DATA_DIR.`,
    { details: { dir } },
  );

/**
 * Makes this process the one owner of a folder until it releases it or ends, however it ends.
 * On Linux by an abstract socket named by device and inode, which the kernel frees with the process; elsewhere
 * by a file that names the process.
 * @throws QueueError `data_dir_in_use`
 */
export const ownFolder = (dir: string, platform: string = systemPlatform()): Promise<Release> =>
  platform === 'linux' ? ownBySocket(dir) : ownByFile(dir);

const ownBySocket = async (dir: string): Promise<Release> => {
  const { dev, ino } = await stat(dir);
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? inUse(dir) : error);
    });
    server.listen(`\0typed-queue-mongo:${dev}:${ino}`, resolve);
  });
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
};

const ownByFile = async (dir: string): Promise<Release> => {
  const path = join(dir, 'owner.pid');
  const owner = Number(await readFile(path, 'utf8').catch(() => ''));
  if (owner > 0 && isAlive(owner)) throw inUse(dir);
  await writeFile(path, String(pid));
  return () => rm(path, { force: true });
};

const isAlive = (owner: number): boolean => {
  try {
    kill(owner, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};
