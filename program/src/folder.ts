import { chmod, mkdir, open, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname, resolve } from 'node:path';
import { codeOf } from './thrown.js';

/** What a test replaces. */
export interface FolderMachine {
  readonly platform: NodeJS.Platform;
  readonly open: (path: string, flags: 'r') => Promise<FolderHandle>;
}

interface FolderHandle {
  sync(): Promise<void>;
  close(): Promise<void>;
}

const thisMachine: FolderMachine = { platform: platform(), open };

/** Windows makes entries of folders durable by itself, and refuses to open or flush a folder. */
const WINDOWS_REFUSALS: readonly (string | undefined)[] = ['EPERM', 'EACCES', 'EISDIR'];

/**
 * Resolves when the files and folders made, renamed and removed in a folder so far survive a power loss.
 * @throws the error of the file system; not the refusals of Windows
 */
export const flushFolder = async (path: string, machine: Partial<FolderMachine> = {}): Promise<void> => {
  const { platform: system, open: openFolder } = { ...thisMachine, ...machine };
  try {
    const folder = await openFolder(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (system !== 'win32' || !WINDOWS_REFUSALS.includes(codeOf(error))) throw error;
  }
};

/** What is below is out of reach for others, whatever its own mode. */
const OWNER_ONLY = 0o700;

/** How folders are made and flushed. */
interface Folders {
  /** Makes a folder and those above it that are missing. Resolves with the topmost that it made. */
  makeDir(path: string): Promise<string | undefined>;
  /** Resolves when the entries of a folder are durable. */
  syncDir(path: string): Promise<void>;
}

/**
 * Makes a folder and those above it that are missing. Not by Node itself, which tries for ever where the system says
 * `ENOENT` of a folder that is there: /proc.
 * @returns the topmost that it made; undefined: none
 */
const makeFolders = async (path: string, mode: number): Promise<string | undefined> => {
  if (await isFolder(path)) return undefined;
  const above = dirname(path);
  const topmost = above === path ? undefined : await makeFolders(above, mode);
  try {
    await mkdir(path, { mode });
    return topmost ?? path;
  } catch (error) {
    // Another process has made it meanwhile.
    if (codeOf(error) === 'EEXIST' && (await isFolder(path))) return topmost;
    throw error;
  }
};

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

/** Makes a folder and those above it that are missing, for their owner only. @returns the topmost that it made; undefined: none */
export const makeFolder = (path: string): Promise<string | undefined> => makeFolders(path, OWNER_ONLY);

export const systemFolders: Folders = {
  makeDir: makeFolder,
  syncDir: (path) => flushFolder(path),
};

/** Errors for folders that this user may not open, and of file systems that cannot flush a folder. */
const UNFLUSHABLE: readonly (string | undefined)[] = ['EACCES', 'EPERM', 'EINVAL', 'ENOTSUP', 'EROFS'];

/**
 * Makes a folder and those above it that are missing, and flushes it and every folder above it: a process may have
 * made any of them and been killed before its flush.
 * @throws the error of the file system; ignored for an older folder without new entries that cannot be flushed
 */
export const makeDurableFolder = async (path: string, folders: Folders = systemFolders): Promise<void> => {
  const topmost = await folders.makeDir(path);
  const lastChanged = topmost === undefined ? undefined : dirname(resolve(topmost));
  let isChanged = topmost !== undefined;
  for (const dir of upwards(resolve(path))) {
    const mayRefuse = !isChanged;
    await folders.syncDir(dir).catch((error: unknown) => {
      if (!mayRefuse || !UNFLUSHABLE.includes(codeOf(error))) throw error;
    });
    if (dir === lastChanged) isChanged = false;
  }
};

/** A folder and those above it, up to the root. */
const upwards = (dir: string): readonly string[] => {
  const parent = dirname(dir);
  return parent === dir ? [dir] : [dir, ...upwards(parent)];
};

const OTHERS = 0o007;

/**
 * Makes a folder and those above it that are missing, durably and with access only for their owner, whatever the umask. An
 * existing one gets this mode as well; `onOpen` gets the error when the system refuses that.
 */
export const privateFolder = async (
  path: string,
  onOpen: (error: unknown) => void,
  folders?: Folders,
): Promise<void> => {
  await makeDurableFolder(path, folders);
  if (((await stat(path)).mode & 0o777) !== OWNER_ONLY) await chmod(path, OWNER_ONLY).catch(onOpen);
};

/** Whether other users of the machine may list, enter or change a folder. Windows has no modes: false. */
export const isOpenToOthers = async (path: string): Promise<boolean> => {
  if (platform() === 'win32') return false;
  const { mode } = await stat(path);
  return (mode & OTHERS) !== 0;
};
