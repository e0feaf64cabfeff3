import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { FileError } from './file-system.js';
import type { FileSystem } from './file-system.js';

/** How much of a file is in memory at a time. */
export const CHUNK_BYTES = 64 * 1024;

/** A regular file that is open to be read, once. */
export interface Source {
  readonly path: string;
  /** As the file was before it was opened. */
  readonly stats: Stats;
  /** The content in order, up to its size when it was opened. A chunk is valid until the next one is read. */
  readonly chunks: AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** A file that grows while it is read must come to an end. */
async function* chunksOf(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let left = size; left > 0;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(left, CHUNK_BYTES), null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    left -= bytesRead;
  }
}

/**
 * Opens a regular file.
 * @throws the error of the file system; `EISDIR` for a folder, `EINVAL` for a device, a pipe or a socket.
 */
export const openSource = async (fs: FileSystem, path: string): Promise<Source> => {
  const stats = await fs.stat(path);
  if (stats.isDirectory()) throw new FileError('EISDIR', `a folder, '${path}'`);
  // Opening a pipe would wait for its writer.
  if (!stats.isFile()) throw new FileError('EINVAL', `not a regular file, '${path}'`);
  const file = await fs.open(path, 'r');
  return {
    path,
    stats,
    chunks: chunksOf(file, stats.size),
    // A failed close loses nothing of a file that was only read.
    close: () => file.close().catch(() => undefined),
  };
};
