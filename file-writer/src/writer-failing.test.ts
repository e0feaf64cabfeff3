import * as real from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failureOf } from './file-system.js';
import type { FileSystem } from './file-system.js';
import type { Processes } from './temporary.js';
import { filesWith, WatchedFiles } from './watched-files.fixture.js';
import { replaceContent, type Written } from './writer.js';

let folder = '';
let file = '';

beforeEach(async () => {
  folder = await real.mkdtemp(join(tmpdir(), 'file-writer-'));
  file = join(folder, 'a.txt');
  await real.writeFile(file, 'old');
});
afterEach(() => real.rm(folder, { recursive: true }));

const content = (path = file): Promise<string> => real.readFile(path, 'utf8');

const processes: Processes = { pid: 100, isRunning: () => true };

async function* chunks(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

/** Replaces the content of a file that has not changed since its stats were read. */
const replace = async (
  path = file,
  fs: FileSystem = real,
  content: AsyncIterable<Buffer> = chunks('new'),
): Promise<Written> => replaceContent(fs, { path, stats: await real.stat(path) }, content, processes);

describe('replaceContent of a file that another process changes at the same time', () => {
  /** Does something to the file between two chunks. */
  async function* during(change: () => Promise<unknown>): AsyncGenerator<Buffer> {
    yield Buffer.from('n');
    await change();
    yield Buffer.from('ew');
  }
  const busy = {
    code: 'EBUSY',
    message: expect.stringMatching(/^EBUSY: changed by somebody else while it was read, '.+a\.txt'$/),
  };

  it('leaves what was appended', async () => {
    const change = during(() => real.appendFile(file, 'er'));
    await expect(replace(file, real, change)).rejects.toMatchObject(busy);
    expect(await content()).toBe('older');
    expect(await real.readdir(folder)).toEqual(['a.txt']);
  });

  it('leaves the file that has replaced it', async () => {
    const change = during(async () => {
      await real.writeFile(join(folder, 'b.txt'), 'odd');
      await real.rename(join(folder, 'b.txt'), file);
    });
    await expect(replace(file, real, change)).rejects.toMatchObject(busy);
    expect(await content()).toBe('odd');
    expect(await real.readdir(folder)).toEqual(['a.txt']);
  });

  it.each(['ino', 'size', 'ctimeMs'] as const)('leaves a file of which but %s is another', async (field) => {
    // Safe: it is called in its plain form only.
    const stat = (async (path: string) => {
      const stats = await real.stat(path);
      stats[field]++;
      return stats;
    }) as FileSystem['stat'];
    await expect(replace(file, filesWith({ stat }))).rejects.toMatchObject(busy);
    expect(await content()).toBe('old');
  });
});

describe('replaceContent, failing', () => {
  /** Where the calls of a whole run are known from the test of their order above. */
  const CALLS = 14;
  const RENAME = 10;
  /** An owner that cannot be kept is no failure. */
  const HARMLESS = [5];

  it.each(Array.from({ length: CALLS }, (_, index) => index))(
    'at call %d leaves the old content or the new, no temporary file, and no open one',
    async (failAt) => {
      const failing = new WatchedFiles(file, failAt);
      const code = await replace(file, failing.fs).then(
        () => 'done',
        (error: unknown) => failureOf(error).code,
      );
      expect(code).toBe(HARMLESS.includes(failAt) ? 'done' : 'EIO');
      expect(await content()).toBe(failAt <= RENAME && !HARMLESS.includes(failAt) ? 'old' : 'new');
      expect(await real.readdir(folder)).toEqual(['a.txt']);
      expect(failing.open).toBe(0);
    },
  );

  it('does without the flush of a folder that may not be read', async () => {
    // Safe: it is called in its plain form only.
    const open = (async (path: string, flags: string, mode?: number) => {
      if (path === folder) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
      return real.open(path, flags, mode);
    }) as FileSystem['open'];
    await replace(file, filesWith({ open }));
    expect(await content()).toBe('new');
  });

  it('leaves the old content when there is no more to be had of the new', async () => {
    async function* ending(): AsyncGenerator<Buffer> {
      yield Buffer.from('n');
      throw new RangeError('no more');
    }
    await expect(replace(file, real, ending())).rejects.toThrow('no more');
    expect(await content()).toBe('old');
    expect(await real.readdir(folder)).toEqual(['a.txt']);
  });
});
