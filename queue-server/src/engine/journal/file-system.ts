import { Buffer } from 'node:buffer';
import { dirname, resolve } from 'node:path';

/**
 * `read`: an existing file. `create`: a new file, for writing; fails when there is one.
 * `write`: an existing file. `write-through`: the same, and every write is on the disk when it returns.
 */
export type OpenMode = 'read' | 'create' | 'write' | 'write-through';

export interface File {
  size(): Promise<number>;
  /** Fills `into` from a position on. Returns how many bytes it read: fewer only at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Writes at a position, synchronously, at most 1024 buffers. Returns how many bytes it took: it may be fewer. */
  write(buffers: readonly Uint8Array[], position: number): number;
  /** Writes zeros at a position, off the event loop. */
  writeZeros(position: number, bytes: number): Promise<void>;
  /** Resolves when everything written is on the disk, and with it the file's size. */
  flush(): Promise<void>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

/** What the journal needs of a file system. Errors have a `code` as those of Node. */
export interface FileSystem {
  /** Creates a folder and its missing parents. Resolves with the topmost that it created. */
  makeDir(path: string): Promise<string | undefined>;
  list(dir: string): Promise<readonly string[]>;
  open(path: string, mode: OpenMode): Promise<File>;
  remove(path: string): Promise<void>;
  /** Resolves when all creations and removals in the folder so far are durable. */
  syncDir(path: string): Promise<void>;
}

/**
 * Makes the entries of a folder and of its parents durable, up to the topmost that was created. A folder that existed
 * may have been created by a process that stopped before its entry was durable.
 */
export const flushParents = async (
  fileSystem: FileSystem,
  path: string,
  topmost: string | undefined,
): Promise<void> => {
  const last = dirname(resolve(topmost ?? path));
  let parent = resolve(path);
  do {
    parent = dirname(parent);
    await fileSystem.syncDir(parent).catch((error: unknown) => {
      // An existing folder in one that this user may not read.
      if (topmost !== undefined || !isForbidden(error)) throw error;
    });
  } while (parent !== last);
};

/** IOV_MAX of Linux and macOS. */
const MAX_BUFFERS = 1024;

/** Writes all buffers, none of them empty, in a row. When it throws, any part of them may be written. */
export const writeAll = (file: File, buffers: readonly Uint8Array[], position: number): void => {
  let at = position;
  for (let first = 0; first < buffers.length; first += MAX_BUFFERS) {
    at = writeBatch(file, buffers.slice(first, first + MAX_BUFFERS), at);
  }
};

const writeBatch = (file: File, buffers: readonly Uint8Array[], position: number): number => {
  let at = position;
  let rest = buffers;
  while (rest.length > 0) {
    const written = file.write(rest, at);
    if (written === 0) throw Object.assign(new Error('a write took no bytes'), { code: 'EIO' });
    at += written;
    rest = withoutFirst(rest, written);
  }
  return at;
};

const withoutFirst = (buffers: readonly Uint8Array[], bytes: number): readonly Uint8Array[] => {
  let left = bytes;
  for (const [index, buffer] of buffers.entries()) {
    if (left < buffer.byteLength) return [buffer.subarray(left), ...buffers.slice(index + 1)];
    left -= buffer.byteLength;
  }
  return [];
};

/** New memory with the bytes from a position on; fewer at the end of the file. */
export const readAt = async (file: File, position: number, length: number): Promise<Uint8Array> => {
  const bytes = Buffer.allocUnsafeSlow(length);
  return bytes.subarray(0, await file.read(bytes, position));
};

/** Whether the bytes from one offset to before another are all zeros. */
export const isAllZeros = async (file: File, from: number, to: number): Promise<boolean> => {
  const step = 1024 * 1024;
  for (let at = from; at < to; at += step) {
    const bytes = await readAt(file, at, Math.min(step, to - at));
    if (bytes.some((byte) => byte !== 0)) return false;
  }
  return true;
};

/** Opens an existing file for writing, or creates it. */
export const openOrCreate = async (fileSystem: FileSystem, path: string): Promise<File> => {
  try {
    return await fileSystem.open(path, 'write');
  } catch (error) {
    if (isMissing(error)) return fileSystem.open(path, 'create');
    throw error;
  }
};

/** Removes a file; resolves to false when there is none. */
export const removeIfPresent = async (fileSystem: FileSystem, path: string): Promise<boolean> => {
  try {
    await fileSystem.remove(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
};

/** Opens a file to read it, and closes it whatever happens. */
export const reading = async <T>(
  fileSystem: FileSystem,
  path: string,
  use: (file: File) => Promise<T>,
): Promise<T> => {
  const file = await fileSystem.open(path, 'read');
  try {
    return await use(file);
  } finally {
    await file.close();
  }
};

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

/** Is the disk, or the quota of this user, full? */
export const isFull = (error: unknown): boolean => {
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
};

const SHORTAGES: readonly unknown[] = ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN'];

/** Does the process or the machine lack descriptors or memory? The disk is fine, and the call may succeed later. */
export const isShortage = (error: unknown): boolean => SHORTAGES.includes(codeOf(error));

const isForbidden = (error: unknown): boolean => codeOf(error) === 'EACCES';

export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';
