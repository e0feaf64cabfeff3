import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMissing, readAt, type File, type FileSystem } from '../journal/file-system.js';
import { nodeFileSystem } from '../journal/node-file-system.js';
import { RetainingFileSystem, type RetainedFiles } from './retained-files.js';

let dir: string;
let open: number;
let refuses: boolean;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'retained-'));
  [open, refuses] = [0, false];
  await writeFile(join(dir, 'a'), 'a');
  await writeFile(join(dir, 'b'), 'b');
});
afterEach(() => rm(dir, { recursive: true }));

/** Counts what is open. */
const counting: FileSystem = {
  ...nodeFileSystem,
  open: async (path, mode) => {
    if (refuses) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    const file = await nodeFileSystem.open(path, mode);
    open++;
    return {
      ...file,
      close: async () => {
        open--;
        await file.close();
      },
    };
  },
};

const retain = (): [RetainingFileSystem, RetainedFiles] => {
  const files = new RetainingFileSystem(counting);
  const retained = files.retain([join(dir, 'a'), join(dir, 'b')]);
  if (retained === undefined) throw new Error('others are retained');
  return [files, retained];
};

const textOf = async (file: File): Promise<string> => {
  const bytes = await readAt(file, 0, 10);
  await file.close();
  return Buffer.from(bytes).toString();
};

const isGone = (name: string): Promise<boolean> => access(join(dir, name)).then(() => false, isMissing);

describe('files that a backup reads', () => {
  it('are removed at once, and can be read all the same', async () => {
    const [files, retained] = retain();
    await files.remove(join(dir, 'a'));
    expect([await isGone('a'), open]).toEqual([true, 1]);
    expect(await textOf(await retained.open(join(dir, 'a')))).toBe('a');
    expect(await textOf(await retained.open(join(dir, 'b')))).toBe('b');
    expect(open).toBe(0);
  });

  it('are not opened when they are removed after they were read, or after the backup', async () => {
    const [files, retained] = retain();
    await textOf(await retained.open(join(dir, 'a')));
    await files.remove(join(dir, 'a'));
    await retained.release();
    await files.remove(join(dir, 'b'));
    expect([await isGone('a'), await isGone('b'), open]).toEqual([true, true, 0]);
  });

  it('are closed when the backup ends before it read them', async () => {
    const [files, retained] = retain();
    await files.remove(join(dir, 'a'));
    await retained.release();
    expect(open).toBe(0);
    expect(files.retain([])).toBeDefined();
  });

  it('are removed also when they cannot be opened: only the backup fails', async () => {
    const [files, retained] = retain();
    refuses = true;
    await files.remove(join(dir, 'a'));
    refuses = false;
    expect(await isGone('a')).toBe(true);
    await expect(retained.open(join(dir, 'a'))).rejects.toMatchObject({ code: 'EMFILE' });
  });

  it('are those of one backup', () => {
    const [files] = retain();
    expect(files.retain([])).toBeUndefined();
  });
});
