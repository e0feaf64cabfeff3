import { chmod, mkdir, stat } from 'node:fs/promises';
import { platform } from 'node:os';

/** For its owner alone; what is below is out of reach for others whatever its own mode. */
const OWNER_ONLY = 0o700;
const OTHERS = 0o007;

/**
 * Makes a folder and those above it that are missing, for their owner alone, whatever the umask. One that is there
 * gets this mode as well; `onOpen` is told when the system refuses that.
 */
export const privateFolder = async (path: string, onOpen: (error: unknown) => void): Promise<void> => {
  await mkdir(path, { recursive: true, mode: OWNER_ONLY });
  if (((await stat(path)).mode & 0o777) !== OWNER_ONLY) await chmod(path, OWNER_ONLY).catch(onOpen);
};

/** Whether other users of the machine may list, enter or change a folder. Of Windows, which has no modes, nothing is known. */
export const isOpenToOthers = async (path: string): Promise<boolean> => {
  if (platform() === 'win32') return false;
  const { mode } = await stat(path);
  return (mode & OTHERS) !== 0;
};
