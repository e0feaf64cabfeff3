import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileSystem } from './file-system.js';

const ALL_BITS = 0o7777;
const PERMISSION_BITS = 0o777;

/** @throws EACCES, EROFS … for a file that its user may not write, although its folder would let it be replaced. */
const statWritable = async (fs: FileSystem, path: string): Promise<Stats> => {
  const file = await fs.open(path, 'r+');
  try {
    return await file.stat();
  } finally {
    await file.close();
  }
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

const writeNew = async (fs: FileSystem, path: string, bytes: Buffer, original: Stats): Promise<void> => {
  const file = await fs.open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await resemble(file, original);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** Makes a rename survive a power loss. */
const flushFolder = async (fs: FileSystem, path: string): Promise<void> => {
  // A folder that cannot be opened, as on Windows, cannot be flushed either.
  const folder = await fs.open(path, 'r').catch(() => undefined);
  if (folder === undefined) return;
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

/**
 * Replaces the content of a file that exists, in one step: whoever reads it, now or after a crash, finds the old
 * content or the new one. Mode bits stay, a link is followed to its target; the owner stays where the user may
 * set it. The file becomes a new one beside others that were hard-linked to it.
 * @throws the error of the file system. The old content is still there then (the new one, if only the last flush
 * failed), and no temporary file is left.
 */
export const replaceContent = async (fs: FileSystem, path: string, bytes: Buffer): Promise<void> => {
  const target = await fs.realpath(path);
  const original = await statWritable(fs, target);
  const folder = dirname(target);
  const temporary = join(folder, `.file-writer-${randomUUID()}.tmp`);
  try {
    await writeNew(fs, temporary, bytes, original);
    await fs.rename(temporary, target);
  } catch (error) {
    // The first error says why; it may also be that there is nothing to remove.
    await fs.unlink(temporary).catch(() => undefined);
    throw error;
  }
  await flushFolder(fs, folder);
};
