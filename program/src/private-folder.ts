import { chmod, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { makeDurableFolder, OWNER_ONLY, type Folders } from './durable-folder.js';

const OTHERS = 0o007;

/**
 * Makes a folder and those above it that are missing, durably and for their owner alone, whatever the umask. One that is
 * there gets this mode as well; `onOpen` is told when the system refuses that.
 */
export const privateFolder = async (
  path: string,
  onOpen: (error: unknown) => void,
  folders?: Folders,
): Promise<void> => {
  await makeDurableFolder(path, folders);
  if (((await stat(path)).mode & 0o777) !== OWNER_ONLY) await chmod(path, OWNER_ONLY).catch(onOpen);
};

/** Whether other users of the machine may list, enter or change a folder. Of Windows, which has no modes, nothing is known. */
export const isOpenToOthers = async (path: string): Promise<boolean> => {
  if (platform() === 'win32') return false;
  const { mode } = await stat(path);
  return (mode & OTHERS) !== 0;
};
