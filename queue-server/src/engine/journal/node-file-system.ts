import * as fs from 'node:fs';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { File, FileSystem, OpenMode } from './file-system.js';

const open = promisify(fs.open);
const read = promisify(fs.read);
const fstat = promisify(fs.fstat);
const fsync = promisify(fs.fsync);
const fdatasync = promisify(fs.fdatasync);
const ftruncate = promisify(fs.ftruncate);
const close = promisify(fs.close);

const { O_CREAT, O_DSYNC, O_EXCL, O_RDONLY, O_WRONLY } = fs.constants;

const FLAGS: Readonly<Record<OpenMode, number>> = {
  read: O_RDONLY,
  create: O_WRONLY | O_CREAT | O_EXCL,
  write: O_WRONLY,
  'write-through': O_WRONLY | O_DSYNC,
};

/** Messages are nobody's but their owner's, whatever the umask. */
const [FOLDER_MODE, FILE_MODE] = [0o700, 0o600];

/** Bare descriptors, because a `FileHandle` cannot write synchronously. */
const nodeFile = (fd: number): File => ({
  size: async () => (await fstat(fd)).size,
  read: async (into, position) => {
    let done = 0;
    while (done < into.byteLength) {
      const { bytesRead } = await read(fd, into, done, into.byteLength - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  },
  write: (buffers, position) => fs.writevSync(fd, buffers, position),
  flush: () => fdatasync(fd),
  truncate: (size) => ftruncate(fd, size),
  close: () => close(fd),
});

const syncDir = async (path: string): Promise<void> => {
  const fd = await open(path, O_RDONLY);
  try {
    await fsync(fd);
  } finally {
    await close(fd);
  }
};

/** The file system of the machine. */
export const nodeFileSystem: FileSystem = {
  makeDir: async (path) => {
    const topmost = await fs.promises.mkdir(path, { recursive: true, mode: FOLDER_MODE });
    if (topmost === undefined) return;
    let made = resolve(path);
    for (const last = resolve(topmost); made !== last; made = dirname(made)) await syncDir(dirname(made));
    await syncDir(dirname(made));
  },
  list: (dir) => fs.promises.readdir(dir),
  open: async (path, mode) => nodeFile(await open(path, FLAGS[mode], FILE_MODE)),
  remove: (path) => fs.promises.unlink(path),
  syncDir,
};
