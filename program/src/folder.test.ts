import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { flushFolder, isOpenToOthers, privateFolder, systemFolders, type FolderMachine } from './folder.js';

let root: string;
let umask: number;

beforeEach(async () => {
  umask = process.umask(0);
  root = await mkdtemp(join(tmpdir(), 'private-folder-'));
});
afterEach(async () => {
  process.umask(umask);
  await rm(root, { recursive: true });
});

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);
const unexpected = (error: unknown): void => {
  throw error;
};

describe('a private folder', () => {
  it('is made with access only for its owner, with those above it that were missing, under umask 0', async () => {
    const path = join(root, 'data', 'queue');
    await privateFolder(path, unexpected);
    expect(await modeOf(join(root, 'data'))).toBe('700');
    expect(await modeOf(path)).toBe('700');
  });

  it('that was there and open is closed, the one above it keeps its mode', async () => {
    const [data, path] = [join(root, 'data'), join(root, 'data', 'queue')];
    await mkdir(path, { recursive: true });
    expect(await modeOf(data)).toBe('777');
    expect(await modeOf(path)).toBe('777');
    await privateFolder(path, unexpected);
    expect(await modeOf(data)).toBe('777');
    expect(await modeOf(path)).toBe('700');
  });
});

describe('the folders above a private folder', () => {
  const flushedFor = async (path: string): Promise<readonly string[]> => {
    const flushed: string[] = [];
    const syncDir = async (dir: string): Promise<void> => void flushed.push(dir);
    await privateFolder(path, unexpected, { ...systemFolders, syncDir });
    return flushed;
  };

  it('are all flushed when they are made, and again at every later start', async () => {
    const path = join(root, 'x', 'a', 'mongo');
    const chain = [path, join(root, 'x', 'a'), join(root, 'x'), root];
    expect((await flushedFor(path)).slice(0, 4)).toEqual(chain);
    const later = await flushedFor(path);
    expect(later.slice(0, 4)).toEqual(chain);
    expect(later.at(-1)).toBe(parse(root).root);
  });
});

describe('a folder', () => {
  it.each([
    [0o700, false],
    [0o750, false],
    [0o755, true],
    [0o701, true],
    [0o702, true],
  ])('with the mode %o is open to others: %j', async (mode, expected) => {
    const path = join(root, 'data');
    await mkdir(path);
    await chmod(path, mode);
    expect(await isOpenToOthers(path)).toBe(expected);
  });
});

const failing = (code: string) => (): Promise<never> =>
  Promise.reject(Object.assign(new Error(code), { code }));

/** A machine whose folders open, and refuse to be flushed with a code. */
const refusing = (platform: NodeJS.Platform, code: string) => {
  const closed: string[] = [];
  const open: FolderMachine['open'] = async (path) => ({
    sync: failing(code),
    close: async () => void closed.push(path),
  });
  return { platform, open, closed };
};

describe('the flush of a folder', () => {
  it('succeeds on this machine', async () => {
    await expect(flushFolder(tmpdir())).resolves.toBeUndefined();
  });

  it.each(['EPERM', 'EACCES', 'EISDIR'])('may be refused only by Windows with %s', async (code) => {
    const windows = refusing('win32', code);
    await expect(flushFolder('folder', windows)).resolves.toBeUndefined();
    expect(windows.closed).toEqual(['folder']);
    await expect(flushFolder('folder', { platform: 'win32', open: failing(code) })).resolves.toBeUndefined();
    await expect(flushFolder('folder', refusing('linux', code))).rejects.toMatchObject({ code });
    await expect(flushFolder('folder', refusing('darwin', code))).rejects.toMatchObject({ code });
  });

  it('fails on Windows, too, for any other reason', async () => {
    await expect(flushFolder('folder', refusing('win32', 'EIO'))).rejects.toMatchObject({ code: 'EIO' });
  });
});

const onLinux = platform() === 'linux' ? it : it.skip;

onLinux('fails, and does not try for ever, where the system makes no folder', async () => {
  await expect(systemFolders.makeDir('/proc/typed-queue/queue')).rejects.toThrow('ENOENT');
});
