import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { isFull, isMissing, readAt, writeAll } from './file-system.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';
import { nodeFileSystem } from './node-file-system.js';

describe('writeAll', () => {
  it('writes every byte in its place, however short the writes are', async () => {
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

it('tells a full disk and a missing file from other failures', () => {
  expect(['ENOSPC', 'EDQUOT', 'EIO'].map((code) => isFull({ code }))).toEqual([true, true, false]);
  expect([{ code: 'ENOENT' }, new Error('x'), undefined].map(isMissing)).toEqual([true, false, false]);
});

describe('the file system of this machine', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'file-system-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('makes folders, writes, reads, cuts and removes', async () => {
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

  it('creates only what is not there', async () => {
    const path = join(root, 'file');
    await (await nodeFileSystem.open(path, 'create')).close();
    await expect(nodeFileSystem.open(path, 'create')).rejects.toMatchObject({ code: 'EEXIST' });
  });
});
