import { createHash } from 'node:crypto';
import * as real from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FileSystem } from './file-system.js';
import type { Processes } from './temporary.js';
import { WatchedFiles } from './watched-files.fixture.js';
import { replaceContent, type Written } from './writer.js';

const isRoot = process.getuid?.() === 0;

let folder = '';
let file = '';

beforeEach(async () => {
  folder = await real.mkdtemp(join(tmpdir(), 'file-writer-'));
  file = join(folder, 'a.txt');
  await real.writeFile(file, 'old');
});
afterEach(() => real.rm(folder, { recursive: true }));

const content = (path = file): Promise<string> => real.readFile(path, 'utf8');
const modeOf = async (path = file): Promise<number> => (await real.stat(path)).mode & 0o7777;

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

describe('replaceContent', () => {
  it('replaces the content, measures it, and leaves no other file', async () => {
    const written = await replace(file, real, chunks('n', '', 'ew'));
    expect(written).toEqual({ bytes: 3, sha256: createHash('sha256').update('new').digest('hex') });
    expect(await content()).toBe('new');
    expect(await real.readdir(folder)).toEqual(['a.txt']);
  });

  it('writes and flushes a temporary file before it takes the place of the old one', async () => {
    const { calls, fs } = new WatchedFiles(file);
    await replace(file, fs, chunks('n', 'ew'));
    expect(calls).toEqual([
      'realpath',
      'open target',
      'close target',
      'open temporary',
      'writeFile temporary',
      'writeFile temporary',
      'chown temporary',
      'chmod temporary',
      'sync temporary',
      'close temporary',
      'stat',
      'rename',
      'open folder',
      'sync folder',
      'close folder',
    ]);
  });

  it.each([0o600, 0o640, 0o755, 0o666, 0o4711])('keeps the mode bits %#', async (mode) => {
    await real.chmod(file, mode);
    await replace();
    expect(await modeOf()).toBe(mode);
  });

  it('drops set-user-id when the owner cannot be kept', async () => {
    await real.chmod(file, 0o4755);
    const failing = new WatchedFiles(file, 5);
    await replace(file, failing.fs);
    expect(failing.calls[5]).toBe('chown temporary');
    expect(await modeOf()).toBe(0o755);
  });

  it('follows a link to its target', async () => {
    await real.mkdir(join(folder, 'links'));
    const link = join(folder, 'links', 'a');
    await real.symlink('../a.txt', link);
    await replace(link);
    expect(await content()).toBe('new');
    expect(await real.readlink(link)).toBe('../a.txt');
    expect(await real.readdir(join(folder, 'links'))).toEqual(['a']);
  });

  it('writes a file whose name is as long as a name may be', async () => {
    const long = join(folder, 'x'.repeat(255));
    await real.writeFile(long, 'old');
    await replace(long);
    expect(await content(long)).toBe('new');
  });

  it('asks for a chunk when the one before is written', async () => {
    const watched = new WatchedFiles(file);
    const written: number[] = [];
    async function* watching(): AsyncGenerator<Buffer> {
      for (const text of ['a', 'bc', 'def']) {
        yield Buffer.from(text);
        written.push(watched.written);
      }
    }
    await replace(file, watched.fs, watching());
    expect(written).toEqual([1, 3, 6]);
  });

  it('refuses a file that does not exist any more', async () => {
    const stats = await real.stat(file);
    await real.unlink(file);
    const work = replaceContent(real, { path: file, stats }, chunks('new'), processes);
    await expect(work).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await real.readdir(folder)).toEqual([]);
  });

  (isRoot ? it.skip : it)('refuses a file that may not be written', async () => {
    await real.chmod(file, 0o444);
    await expect(replace()).rejects.toMatchObject({ code: 'EACCES' });
    expect(await content()).toBe('old');
    expect(await real.readdir(folder)).toEqual(['a.txt']);
  });

  (isRoot ? it : it.skip)('keeps the owner', async () => {
    await real.chown(file, 1234, 2345);
    await replace();
    expect(await real.stat(file)).toMatchObject({ uid: 1234, gid: 2345 });
  });
});
