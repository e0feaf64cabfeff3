import * as real from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failureOf } from './failure.js';
import type { FileSystem } from './file-system.js';
import { replaceContent } from './writer.js';

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

/** The real file system; writes down each call, and fails at one of them. */
class WatchedFiles {
  readonly calls: string[] = [];
  readonly failAt: number;
  open = 0;

  constructor(failAt = Infinity) {
    this.failAt = failAt;
  }

  #call(name: string): void {
    this.calls.push(name);
    if (this.calls.length - 1 === this.failAt)
      throw Object.assign(new Error(`EIO: ${name}`), { code: 'EIO' });
  }

  readonly fs: FileSystem = {
    ...real,
    // Safe: the writer calls these in their plain form only.
    realpath: (async (path: string) => {
      this.#call('realpath');
      return real.realpath(path);
    }) as FileSystem['realpath'],
    open: async (path, flags, mode) => {
      const name = path === folder ? 'folder' : path === file ? 'target' : 'temporary';
      this.#call(`open ${name}`);
      const handle = await real.open(path, flags, mode);
      this.open++;
      return this.#watched(handle, name);
    },
    rename: async (from, to) => {
      this.#call('rename');
      await real.rename(from, to);
    },
  };

  #watched(handle: real.FileHandle, name: string): real.FileHandle {
    return new Proxy(handle, {
      get: (target, key) => {
        const method: unknown = Reflect.get(target, key, target);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          if (key === 'close') {
            // A close that fails has closed nevertheless.
            await target.close();
            this.open--;
          }
          this.#call(`${String(key)} ${name}`);
          const result: unknown = key === 'close' ? undefined : Reflect.apply(method, target, args);
          return result;
        };
      },
    });
  }
}

describe('replaceContent', () => {
  it('replaces the content and leaves nothing else behind', async () => {
    await replaceContent(real, file, Buffer.from('new'));
    expect(await content()).toBe('new');
    expect(await real.readdir(folder)).toEqual(['a.txt']);
  });

  it('writes and flushes a temporary file before it takes the place of the old one', async () => {
    const { calls, fs } = new WatchedFiles();
    await replaceContent(fs, file, Buffer.from('new'));
    expect(calls).toEqual([
      'realpath',
      'open target',
      'stat target',
      'close target',
      'open temporary',
      'writeFile temporary',
      'chown temporary',
      'chmod temporary',
      'sync temporary',
      'close temporary',
      'rename',
      'open folder',
      'sync folder',
      'close folder',
    ]);
  });

  it.each([0o600, 0o640, 0o755, 0o666, 0o4711])('keeps the mode bits %#', async (mode) => {
    await real.chmod(file, mode);
    await replaceContent(real, file, Buffer.from('new'));
    expect(await modeOf()).toBe(mode);
  });

  it('drops set-user-id when the owner cannot be kept', async () => {
    await real.chmod(file, 0o4755);
    const failing = new WatchedFiles(6);
    await replaceContent(failing.fs, file, Buffer.from('new'));
    expect(failing.calls[6]).toBe('chown temporary');
    expect(await modeOf()).toBe(0o755);
  });

  it('follows a link to its target', async () => {
    await real.mkdir(join(folder, 'links'));
    const link = join(folder, 'links', 'a');
    await real.symlink('../a.txt', link);
    await replaceContent(real, link, Buffer.from('new'));
    expect(await content()).toBe('new');
    expect(await real.readlink(link)).toBe('../a.txt');
    expect(await real.readdir(join(folder, 'links'))).toEqual(['a']);
  });

  it('writes a file whose name is as long as a name may be', async () => {
    const long = join(folder, 'x'.repeat(255));
    await real.writeFile(long, 'old');
    await replaceContent(real, long, Buffer.from('new'));
    expect(await content(long)).toBe('new');
  });

  it('refuses a file that does not exist', async () => {
    const missing = join(folder, 'missing');
    await expect(replaceContent(real, missing, Buffer.from('new'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await real.readdir(folder)).toEqual(['a.txt']);
  });

  (isRoot ? it.skip : it)('refuses a file that may not be written', async () => {
    await real.chmod(file, 0o444);
    await expect(replaceContent(real, file, Buffer.from('new'))).rejects.toMatchObject({ code: 'EACCES' });
    expect(await content()).toBe('old');
    expect(await real.readdir(folder)).toEqual(['a.txt']);
  });

  (isRoot ? it : it.skip)('keeps the owner', async () => {
    await real.chown(file, 1234, 2345);
    await replaceContent(real, file, Buffer.from('new'));
    expect(await real.stat(file)).toMatchObject({ uid: 1234, gid: 2345 });
  });
});

describe('replaceContent, failing', () => {
  /** Where the calls of a whole run are known from the test of their order above. */
  const CALLS = 14;
  const RENAME = 10;
  /** Neither an owner that cannot be kept nor a folder that cannot be opened is a failure. */
  const HARMLESS = [6, 11];

  it.each(Array.from({ length: CALLS }, (_, index) => index))(
    'at call %d leaves the old content or the new, no temporary file, and no open one',
    async (failAt) => {
      const failing = new WatchedFiles(failAt);
      const work = replaceContent(failing.fs, file, Buffer.from('new'));
      const code = await work.then(
        () => 'done',
        (error: unknown) => failureOf(error).code,
      );
      expect(code).toBe(HARMLESS.includes(failAt) ? 'done' : 'EIO');
      expect(await content()).toBe(failAt <= RENAME && !HARMLESS.includes(failAt) ? 'old' : 'new');
      expect(await real.readdir(folder)).toEqual(['a.txt']);
      expect(failing.open).toBe(0);
    },
  );
});
