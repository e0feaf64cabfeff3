import { open } from 'node:fs/promises';
import { platform } from 'node:os';

/** What of the machine a test replaces. */
export interface FolderMachine {
  readonly platform: NodeJS.Platform;
  readonly open: (path: string, flags: 'r') => Promise<FolderHandle>;
}

interface FolderHandle {
  sync(): Promise<void>;
  close(): Promise<void>;
}

const thisMachine: FolderMachine = { platform: platform(), open };

/** Windows keeps the entries of folders by itself, and opens or flushes none. */
const WINDOWS_REFUSALS: readonly unknown[] = ['EPERM', 'EACCES', 'EISDIR'];

/**
 * Resolves when the files and folders made, renamed and removed in a folder so far survive a power loss.
 * @throws the error of the file system; not what Windows says to every flush of a folder
 */
export const flushFolder = async (path: string, machine: Partial<FolderMachine> = {}): Promise<void> => {
  const { platform: system, open: openFolder } = { ...thisMachine, ...machine };
  try {
    const folder = await openFolder(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    const isRefusal = error instanceof Error && 'code' in error && WINDOWS_REFUSALS.includes(error.code);
    if (system !== 'win32' || !isRefusal) throw error;
  }
};
