import { flushFolder } from '@typed-queue/program';
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FileError, failureOf } from './file-system.js';
import type { FileSystem } from './file-system.js';
import type { Source } from './reader.js';
import { temporaryFor, type Processes } from './temporary.js';

/** The new content of a file. */
export interface Written {
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

const ALL_BITS = 0o7777;
const PERMISSION_BITS = 0o777;

/** @throws EACCES, EROFS … for a file that its user may not write, although its folder would let it be replaced. */
const expectWritable = async (fs: FileSystem, path: string): Promise<void> => {
  const file = await fs.open(path, 'r+');
  await file.close();
};

/** @throws `EBUSY` for a file that another process has changed: its change must not be undone. */
const expectUnchanged = async (fs: FileSystem, path: string, before: Stats): Promise<void> => {
  const { ino, size, ctimeMs } = await fs.stat(path);
  // `ctime` changes with content, mode bits and owner, and cannot be set.
  if (ino === before.ino && size === before.size && ctimeMs === before.ctimeMs) return;
  throw new FileError('EBUSY', `changed by somebody else while it was read, '${path}'`);
};

/** Gives a file the owner and the mode bits of another. */
const resemble = async (file: FileHandle, { uid, gid, mode }: Stats): Promise<void> => {
  const owned = await file.chown(uid, gid).then(
    () => true,
    // Only root may give files away. Then set-user-id would mean another user, and must not be kept.
    () => false,
  );
  await file.chmod(mode & (owned ? ALL_BITS : PERMISSION_BITS));
};

const writeNew = async (
  fs: FileSystem,
  path: string,
  chunks: AsyncIterable<Buffer>,
  original: Stats,
): Promise<Written> => {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await fs.open(path, 'wx', 0o600);
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      // On a handle, it continues where the last one ended.
      await file.writeFile(chunk);
    }
    await resemble(file, original);
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
};

/** Makes a rename durable. A folder that its user may write but not read cannot be opened for that. */
const flushEntries = (fs: FileSystem, folder: string): Promise<void> =>
  flushFolder(folder, { open: fs.open }).catch((error: unknown) => {
    if (failureOf(error).code !== 'EACCES') throw error;
  });

/**
 * Replaces the content of an existing file atomically: a reader, now or after a crash, finds the old content or the
 * new one. Mode bits stay, a link is followed to its target; the owner stays where the user may
 * set it. The file becomes a new one beside others that were hard-linked to it.
 * @param chunks the new content; each is asked for when the one before is written.
 * @throws the error of the file system or of `chunks`; `EBUSY` when the file has changed since it was opened.
 * The old content is still there then (the new one, if only the last flush failed), and no temporary file is left.
 */
export const replaceContent = async (
  fs: FileSystem,
  { path, stats }: Pick<Source, 'path' | 'stats'>,
  chunks: AsyncIterable<Buffer>,
  processes: Processes,
): Promise<Written> => {
  const target = await fs.realpath(path);
  await expectWritable(fs, target);
  const temporary = temporaryFor(target, processes);
  try {
    const written = await writeNew(fs, temporary, chunks, stats);
    await expectUnchanged(fs, target, stats);
    await fs.rename(temporary, target);
    await flushEntries(fs, dirname(target));
    return written;
  } catch (error) {
    // The first error says why; it may also be that there is nothing to remove.
    await fs.unlink(temporary).catch(() => undefined);
    throw error;
  }
};
