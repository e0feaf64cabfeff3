import * as real from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { processesFrom, removeLeftovers, temporaryFor, type Processes } from './temporary.js';
import { filesWith } from './watched-files.fixture.js';

const [SELF, LIVING, DEAD] = [100, 200, 300];
const processes: Processes = { pid: SELF, isRunning: (pid) => pid === LIVING };

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await real.mkdtemp(join(tmpdir(), 'file-writer-'));
  file = join(folder, 'a.txt');
});
afterEach(() => real.rm(folder, { recursive: true }));

/** Leaves a temporary file of a process beside a file. */
const leave = async (target: string, pid: number): Promise<string> => {
  const path = temporaryFor(target, { ...processes, pid });
  await real.writeFile(path, 'part');
  return basename(path);
};

describe('temporaryFor', () => {
  it('names a hidden file beside the other, each time another', () => {
    const long = join(folder, 'x'.repeat(255));
    const names = [temporaryFor(long, processes), temporaryFor(long, processes)];
    for (const name of names) {
      expect(name.startsWith(join(folder, '.file-writer-'))).toBe(true);
      expect(basename(name).length).toBeLessThan(100);
    }
    expect(new Set(names).size).toBe(2);
  });
});

describe('removeLeftovers', () => {
  it('removes what dead processes left beside a file, and what an earlier process of the own number left', async () => {
    await leave(file, DEAD);
    await leave(file, DEAD);
    await leave(file, SELF);
    await removeLeftovers(real, [file], processes);
    expect(await real.readdir(folder)).toEqual([]);
  });

  it('leaves what a running process writes, what belongs to another file, and everything else', async () => {
    const kept = [
      await leave(file, LIVING),
      await leave(join(folder, 'b.txt'), DEAD),
      '.file-writer-notes.tmp',
      'a.txt',
    ].sort();
    await real.writeFile(join(folder, '.file-writer-notes.tmp'), 'mine');
    await real.writeFile(file, 'content');
    await removeLeftovers(real, [file], processes);
    expect((await real.readdir(folder)).sort()).toEqual(kept);
  });

  it('looks through each folder once', async () => {
    const other = join(folder, 'other');
    await real.mkdir(other);
    const files = [file, join(folder, 'b.txt'), join(other, 'c.txt')];
    for (const each of files) await leave(each, DEAD);
    const looked: string[] = [];
    // Safe: it is called in its plain form only.
    const readdir = (async (path: string) => {
      looked.push(path);
      return real.readdir(path);
    }) as unknown as typeof real.readdir;
    await removeLeftovers(filesWith({ readdir }), files, processes);
    expect(looked).toEqual([folder, other]);
    expect(await real.readdir(folder)).toEqual(['other']);
    expect(await real.readdir(other)).toEqual([]);
  });

  it('fails at nothing: a folder that is missing, a file that stays', async () => {
    const left = await leave(file, DEAD);
    const unlink = () => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' }));
    await removeLeftovers(filesWith({ unlink }), [join(folder, 'missing', 'a.txt'), file], processes);
    expect(await real.readdir(folder)).toEqual([left]);
  });
});

describe('processesFrom', () => {
  const fails = (code: string) => (): never => {
    throw Object.assign(new Error(code), { code });
  };

  it.each([
    ['runs', () => true, true],
    ['runs under another user', fails('EPERM'), true],
    ['is gone', fails('ESRCH'), false],
  ])('knows whether a process %s', (_what, kill, running) => {
    expect(processesFrom({ pid: SELF, kill }).isRunning(DEAD)).toBe(running);
  });

  it('takes its own number for that of a process before', () => {
    expect(processesFrom({ pid: SELF, kill: () => true }).isRunning(SELF)).toBe(false);
  });

  it('asks the real processes, and sends them nothing', () => {
    expect(processesFrom(process).isRunning(process.ppid)).toBe(true);
    // No process has a number like this.
    expect(processesFrom(process).isRunning(2 ** 31 - 1)).toBe(false);
  });
});
