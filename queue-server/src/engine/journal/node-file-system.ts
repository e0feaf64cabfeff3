import { flushFolder } from '@typed-queue/program';
import * as fs from 'node:fs';
import { platform } from 'node:os';
import { promisify } from 'node:util';
import type { File, FileSystem, OpenMode } from './file-system.js';

const open = promisify(fs.open);
const read = promisify(fs.read);
const write = promisify(fs.write);
const fstat = promisify(fs.fstat);
const fdatasync = promisify(fs.fdatasync);
const ftruncate = promisify(fs.ftruncate);
const close = promisify(fs.close);

const ZEROS = new Uint8Array(256 * 1024);

const { O_CREAT, O_DSYNC, O_EXCL, O_RDONLY, O_WRONLY } = fs.constants;

/** What tests replace. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Flushes everything of a file, and the cache of its drive. */
  readonly fsyncSync: (fd: number) => void;
}

const thisMachine: Machine = {
  platform: platform(),
  fsyncSync: fs.fsyncSync,
};

/** Only the owner may read messages, whatever the umask. */
const [FOLDER_MODE, FILE_MODE] = [0o700, 0o600];

const flagsOf = (mode: OpenMode, platform: NodeJS.Platform): number => {
  switch (mode) {
    case 'read':
      return O_RDONLY;
    case 'create':
      return O_WRONLY | O_CREAT | O_EXCL;
    case 'write':
      return O_WRONLY;
    case 'write-through':
      return hasWriteThrough(platform) ? O_WRONLY | O_DSYNC : O_WRONLY;
  }
};

/** Windows has no O_DSYNC; on macOS it leaves the bytes in the cache of the drive. */
const hasWriteThrough = (platform: NodeJS.Platform): boolean => platform === 'linux';

const writeAndFlush =
  (fd: number, { fsyncSync }: Machine): File['write'] =>
  (buffers, position) => {
    const written = fs.writevSync(fd, buffers, position);
    fsyncSync(fd);
    return written;
  };

const writeZeros = async (fd: number, position: number, bytes: number): Promise<void> => {
  for (let done = 0; done < bytes;) {
    const length = Math.min(ZEROS.byteLength, bytes - done);
    const { bytesWritten } = await write(fd, ZEROS, 0, length, position + done);
    done += bytesWritten;
  }
};

/** On descriptors, because a `FileHandle` cannot write synchronously. */
const nodeFile = (fd: number, mode: OpenMode, machine: Machine): File => ({
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
  write:
    mode === 'write-through' && !hasWriteThrough(machine.platform)
      ? writeAndFlush(fd, machine)
      : (buffers, position) => fs.writevSync(fd, buffers, position),
  writeZeros: (position, bytes) => writeZeros(fd, position, bytes),
  flush: () => fdatasync(fd),
  truncate: (size) => ftruncate(fd, size),
  close: () => close(fd),
});

/** The file system of a machine. */
export const fileSystemOf = (machine: Machine): FileSystem => ({
  makeDir: (path) => fs.promises.mkdir(path, { recursive: true, mode: FOLDER_MODE }),
  list: (dir) => fs.promises.readdir(dir),
  open: async (path, mode) =>
    nodeFile(await open(path, flagsOf(mode, machine.platform), FILE_MODE), mode, machine),
  remove: (path) => fs.promises.unlink(path),
  syncDir: (path) => flushFolder(path, { platform: machine.platform }),
});

/** The file system of this machine. */
export const nodeFileSystem: FileSystem = fileSystemOf(thisMachine);
