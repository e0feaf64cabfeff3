import { newId, QueueError } from '@typed-queue/contracts';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { platform as systemPlatform } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from './thrown.js';

// The lock file holds the process id of its owner. `import` from node:process would open stdin as well.
// eslint-disable-next-line no-restricted-globals
const thisProcess = process;

const OWNER_FILE = 'owner.pid';
/** How often a starter looks whether others are still starting. */
const LOOK_MS = 10;

/** Releases a folder. */
export type Release = () => Promise<void>;

interface Files {
  readonly readdir: (dir: string) => Promise<readonly string[]>;
  readonly rename: (from: string, to: string) => Promise<void>;
}

interface FolderOwner {
  /** For messages: `queue server`. */
  readonly program: string;
  /** Default: the machine's. */
  readonly platform?: string | undefined;
  /** Unique. Default: random. */
  readonly id?: string | undefined;
  /** Default: those of Node. */
  readonly files?: Files | undefined;
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
export const ownFolder = (dir: string, owner: FolderOwner): Promise<Release> =>
  (owner.platform ?? systemPlatform()) === 'linux' ? ownBySocket(dir, owner.program) : ownByFile(dir, owner);

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

/**
 * A starter announces itself by a file of its own before it looks at the others and at the owner. Of starters that see
 * each other the first by name waits until the others gave up or became the owner: one of them owns the folder.
 */
const ownByFile = async (
  dir: string,
  { program, id = newId(), files = { readdir, rename } }: FolderOwner,
): Promise<Release> => {
  const path = join(dir, OWNER_FILE);
  const announced = `${OWNER_FILE}.${id}.${thisProcess.pid}`;
  await writeFile(join(dir, announced), String(thisProcess.pid), { mode: 0o600, flag: 'wx' });
  try {
    for (;;) {
      const [first, ...others] = await startersIn(dir, files);
      if (first !== announced) throw inUse(dir, program);
      if (others.length === 0) break;
      await delay(LOOK_MS);
    }
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    if (isAlive(owner)) throw inUse(dir, program);
    await files.rename(join(dir, announced), path);
  } catch (error) {
    await rm(join(dir, announced), { force: true });
    throw error;
  }
  return () => rm(path, { force: true });
};

/** What running processes announced, sorted. */
const startersIn = async (dir: string, { readdir }: Files): Promise<readonly string[]> => {
  const starters = (await readdir(dir)).filter((name) => name.startsWith(`${OWNER_FILE}.`));
  return starters.filter((name) => isAlive(Number(name.split('.').at(-1)))).sort();
};

const isAlive = (owner: number): boolean => {
  if (!(owner > 0)) return false;
  try {
    thisProcess.kill(owner, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
};
