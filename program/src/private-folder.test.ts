import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { isOpenToOthers, privateFolder } from './private-folder.js';
import { systemFolders } from './durable-folder.js';

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
  it('is made for its owner alone, with those above it that were missing, under umask 0', async () => {
    const path = join(root, 'data', 'queue');
    await privateFolder(path, unexpected);
    expect([await modeOf(join(root, 'data')), await modeOf(path)]).toEqual(['700', '700']);
  });

  it('that was there and open is closed, the one above it keeps its mode', async () => {
    const [data, path] = [join(root, 'data'), join(root, 'data', 'queue')];
    await mkdir(path, { recursive: true });
    expect([await modeOf(data), await modeOf(path)]).toEqual(['777', '777']);
    await privateFolder(path, unexpected);
    expect([await modeOf(data), await modeOf(path)]).toEqual(['777', '700']);
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
