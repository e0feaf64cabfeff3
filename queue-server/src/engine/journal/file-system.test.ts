import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeDurableFolder } from '@typed-queue/program';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { isFull, isMissing, readAt, writeAll, type FileSystem } from './file-system.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';
import { fileSystemOf, nodeFileSystem, type Machine } from './node-file-system.js';

describe('writeAll', () => {
  it('writes every byte at its position, however short the writes are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 50 }),
        async (buffers, maxWrite) => {
          const disk = new LossyFileSystem();
          disk.maxWrite = maxWrite;
          const file = await disk.open('/file', 'create');
          writeAll(file, buffers, 5);
          expect([...disk.content('/file').subarray(5)]).toEqual(buffers.flatMap((buffer) => [...buffer]));
        },
      ),
    );
  });

  it('gives up on a file that takes nothing', async () => {
    const file = await new LossyFileSystem().open('/file', 'create');
    expect(() => writeAll({ ...file, write: () => 0 }, [new Uint8Array(1)], 0)).toThrow('no bytes');
  });
});

describe('a folder that was created durably', () => {
  const filed = async (disk: LossyFileSystem): Promise<LossyFileSystem> => {
    const file = await disk.open('/a/b/c/file', 'create');
    await file.flush();
    await disk.syncDir('/a/b/c');
    return disk;
  };

  it('survives a loss of power with all folders above it', async () => {
    const disk = new LossyFileSystem();
    await makeDurableFolder('/a/b/c', disk);
    expect((await filed(disk)).restart('power').paths).toEqual(['/a/b/c/file']);
  });

  it.each(['/', '/a', '/a/b'])('does not without the flush of %s', async (missed) => {
    const disk = new LossyFileSystem();
    await makeDurableFolder('/a/b/c', {
      ...forwarded(disk),
      syncDir: async (dir) => (dir === missed ? undefined : disk.syncDir(dir)),
    });
    expect((await filed(disk)).restart('power').paths).toEqual([]);
  });

  it('survives when the process that created it was killed before it flushed', async () => {
    const disk = new LossyFileSystem();
    await makeDurableFolder('/a/b', disk);
    await disk.makeDir('/a/b/c');
    const killed = disk.restart('kill');
    await makeDurableFolder('/a/b/c', killed);
    expect((await filed(killed)).restart('power').paths).toEqual(['/a/b/c/file']);
  });

  it('survives when the process that created all of them was killed before its first flush', async () => {
    const disk = new LossyFileSystem();
    await disk.makeDir('/a/b/c');
    const killed = disk.restart('kill');
    await makeDurableFolder('/a/b/c', killed);
    expect((await filed(killed)).restart('power').paths).toEqual(['/a/b/c/file']);
  });

  it('keeps what a killed process had created in it', async () => {
    const disk = new LossyFileSystem();
    await makeDurableFolder('/a', disk);
    await disk.makeDir('/a/b/c');
    const killed = disk.restart('kill');
    await makeDurableFolder('/a', killed);
    await killed.syncDir('/a/b');
    expect((await filed(killed)).restart('power').paths).toEqual(['/a/b/c/file']);
  });

  it('may be in one that this user cannot read, when it existed already', async () => {
    const disk = new LossyFileSystem();
    await makeDurableFolder('/a', disk);
    disk.openFault = () => 'EACCES';
    await expect(makeDurableFolder('/a', disk)).resolves.toBeUndefined();
    await expect(makeDurableFolder('/a/b', disk)).rejects.toMatchObject({ code: 'EACCES' });
  });
});

it('distinguishes a full disk and a missing file from other failures', () => {
  expect(['ENOSPC', 'EDQUOT', 'EIO'].map((code) => isFull({ code }))).toEqual([true, true, false]);
  expect([{ code: 'ENOENT' }, new Error('x'), undefined].map(isMissing)).toEqual([true, false, false]);
});

describe('the file system of this machine', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'file-system-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('creates folders, writes, reads, truncates and removes', async () => {
    const dir = join(root, 'a', 'b');
    await nodeFileSystem.makeDir(dir);
    await nodeFileSystem.makeDir(dir);
    expect((await stat(dir)).isDirectory()).toBe(true);
    const path = join(dir, 'file');
    const file = await nodeFileSystem.open(path, 'create');
    const through = await nodeFileSystem.open(path, 'write-through');
    writeAll(file, [Buffer.from('hello '), Buffer.from('there')], 0);
    writeAll(through, [Buffer.from('world')], 6);
    await file.flush();
    await nodeFileSystem.syncDir(dir);
    const reader = await nodeFileSystem.open(path, 'read');
    expect(String(await readAt(reader, 3, 100))).toBe('lo world');
    await file.truncate(5);
    expect(await reader.size()).toBe(5);
    await Promise.all([file.close(), through.close(), reader.close()]);
    expect(await nodeFileSystem.list(dir)).toEqual(['file']);
    await nodeFileSystem.remove(path);
    expect(await nodeFileSystem.open(path, 'read').catch(isMissing)).toBe(true);
  });

  it('creates only what is missing', async () => {
    const path = join(root, 'file');
    await (await nodeFileSystem.open(path, 'create')).close();
    await expect(nodeFileSystem.open(path, 'create')).rejects.toMatchObject({ code: 'EEXIST' });
  });

  /** Another platform, as far as this one can show it: what it flushes is counted. */
  const machineOf = (platform: NodeJS.Platform): Machine & { flushed: number[] } => {
    const flushed: number[] = [];
    const fsyncSync = (fd: number): void => void flushed.push(fd);
    return { platform, flushed, fsyncSync };
  };

  it.each([
    ['linux', 0],
    ['darwin', 2],
    ['win32', 2],
    ['freebsd', 2],
  ] as const)('flushes on %s %i times for two writes through', async (platform, flushes) => {
    const machine = machineOf(platform);
    const path = join(root, 'file');
    const file = await fileSystemOf(machine).open(path, 'create');
    const through = await fileSystemOf(machine).open(path, 'write-through');
    writeAll(file, [Buffer.from('12')], 0);
    writeAll(through, [Buffer.from('3')], 2);
    writeAll(through, [Buffer.from('4')], 3);
    await Promise.all([file.close(), through.close()]);
    expect(machine.flushed).toHaveLength(flushes);
    expect(String(await readFile(path))).toBe('1234');
  });
});

const forwarded = (disk: LossyFileSystem): FileSystem => ({
  makeDir: (path) => disk.makeDir(path),
  list: (dir) => disk.list(dir),
  open: (path, mode) => disk.open(path, mode),
  remove: (path) => disk.remove(path),
  syncDir: (path) => disk.syncDir(path),
});
