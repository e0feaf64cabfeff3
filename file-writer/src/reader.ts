import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { FileError } from './failure.js';
import type { FileSystem } from './file-system.js';

/** How much of a file is in memory at once. */
export const PIECE_BYTES = 64 * 1024;

/** A regular file that is open to be read, once. */
export interface Source {
  readonly path: string;
  /** As the file was before it was opened. */
  readonly stats: Stats;
  /** The content in order, as long as it was. A piece holds until the next one is asked for. */
  readonly pieces: AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** A file that grows while it is read must come to an end. */
async function* piecesOf(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  for (let left = size; left > 0;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(left, PIECE_BYTES), null);
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
    pieces: piecesOf(file, stats.size),
    // What was only read loses nothing.
    close: () => file.close().catch(() => undefined),
  };
};
