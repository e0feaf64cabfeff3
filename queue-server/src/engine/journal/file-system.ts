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
  /** Resolves when everything written is on the disk, and with it the file's size. */
  flush(): Promise<void>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

/** What the journal needs of a file system. Errors carry a `code` as those of Node do. */
export interface FileSystem {
  /** Makes a folder and those above it that are missing. Resolves with the topmost that it made. */
  makeDir(path: string): Promise<string | undefined>;
  list(dir: string): Promise<readonly string[]>;
  open(path: string, mode: OpenMode): Promise<File>;
  remove(path: string): Promise<void>;
  /** Resolves when the files and folders made and removed in the folder so far stay made and removed. */
  syncDir(path: string): Promise<void>;
}

/**
 * Makes a folder durable in its parent, and so each above it up to the topmost that was made. One that was there
 * already may have been made by a process that stopped before its entry was durable.
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
      // A folder that was there, in one that this user may not read.
      if (topmost !== undefined || !isForbidden(error)) throw error;
    });
  } while (parent !== last);
};

/** IOV_MAX of Linux and macOS. */
const MAX_BUFFERS = 1024;

/** Writes all of the buffers, none of them empty, one behind the other. What was written when it throws is not known. */
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
    rest = behind(rest, written);
  }
  return at;
};

const behind = (buffers: readonly Uint8Array[], bytes: number): readonly Uint8Array[] => {
  let left = bytes;
  for (const [index, buffer] of buffers.entries()) {
    if (left < buffer.byteLength) return [buffer.subarray(left), ...buffers.slice(index + 1)];
    left -= buffer.byteLength;
  }
  return [];
};

/** New memory with the bytes from a position on: fewer than asked for at the end of the file. */
export const readAt = async (file: File, position: number, length: number): Promise<Uint8Array> => {
  const bytes = Buffer.allocUnsafeSlow(length);
  return bytes.subarray(0, await file.read(bytes, position));
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

/** Is there no room on the disk, or none left for this user? */
export const isFull = (error: unknown): boolean => {
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
};

const SHORTAGES: readonly unknown[] = ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN'];

/** Does the process or the machine lack descriptors or memory? The disk is well, and the call may succeed later. */
export const isShortage = (error: unknown): boolean => SHORTAGES.includes(codeOf(error));

const isForbidden = (error: unknown): boolean => codeOf(error) === 'EACCES';

export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';
