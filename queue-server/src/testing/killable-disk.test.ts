import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFileSystem } from '../engine/journal/node-file-system.js';
import { Activity } from './activity.js';
import { KillableDisk } from './killable-disk.js';

let folder: string;
let activity: Activity;
let disk: KillableDisk;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killable-disk-'));
  activity = new Activity();
  disk = new KillableDisk(nodeFileSystem, activity);
});
afterEach(() => rm(folder, { recursive: true }));

describe('a disk that is killed', () => {
  it('keeps what was written before, and takes nothing more, though every call succeeds', async () => {
    const file = await disk.open(join(folder, 'a'), 'create');
    expect(file.write([Buffer.from('before')], 0)).toBe(6);
    disk.kill();
    expect(file.write([Buffer.from('after'), Buffer.from('it')], 0)).toBe(7);
    await file.writeZeros(0, 3);
    await file.truncate(0);
    await file.flush();
    await file.close();
    const late = await disk.open(join(folder, 'b'), 'create');
    expect(late.write([Buffer.from('late')], 0)).toBe(4);
    await late.flush();
    await late.close();
    await disk.makeDir(join(folder, 'c'));
    await disk.remove(join(folder, 'a'));
    await disk.syncDir(folder);
    expect(await readdir(folder)).toEqual(['a']);
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('before');
  });

  it('can be read', async () => {
    const file = await disk.open(join(folder, 'a'), 'create');
    file.write([Buffer.from('before')], 0);
    await file.close();
    disk.kill();
    const again = await disk.open(join(folder, 'a'), 'read');
    const bytes = Buffer.alloc(6);
    expect([await again.size(), await again.read(bytes, 0), bytes.toString()]).toEqual([6, 6, 'before']);
    await again.close();
    expect(await disk.list(folder)).toEqual(['a']);
  });
});

it('the calls of a disk are activity until they end', async () => {
  const before = activity.count;
  const listed = disk.list(folder);
  expect(activity.count).toBe(before + 1);
  let ended = false;
  const end = activity.ended().then(() => (ended = true));
  expect(ended).toBe(false);
  await listed;
  await end;
  expect(ended).toBe(true);
});
