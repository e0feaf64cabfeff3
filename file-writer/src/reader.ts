import { FileError } from './failure.js';
import type { FileSystem } from './file-system.js';

/**
 * The whole content of a regular file.
 * @throws the error of the file system; `EINVAL` for a device, a pipe or a socket.
 */
export const readContent = async (fs: FileSystem, path: string): Promise<Buffer> => {
  const stats = await fs.stat(path);
  // Opening a pipe would wait for its writer; reading a folder fails by itself (EISDIR).
  if (!stats.isFile() && !stats.isDirectory()) throw new FileError('EINVAL', `not a regular file, '${path}'`);
  const file = await fs.open(path, 'r');
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
};
