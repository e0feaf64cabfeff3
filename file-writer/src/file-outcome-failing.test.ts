import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import * as real from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { FileWork } from './file-outcome.js';
import { CHUNK_BYTES } from './reader.js';
import { piecewise } from './transform.js';
import { filesWith, WatchedFiles } from './watched-files.fixture.js';
import { testFolder } from './folder.fixture.js';
import { outcomeOf } from './outcome-of.fixture.js';

const isRoot = process.getuid?.() === 0;

const folder = testFolder();

const fileOf = (content: string | Buffer, name = 'a.txt'): Promise<string> => folder.write(name, content);

describe('processFile, failing', () => {
  it('reports a file that does not exist', async () => {
    const path = join(folder.path, 'missing.txt');
    expect(await outcomeOf(path)).toEqual({
      event: 'error',
      payload: { path, operation: 'read', code: 'ENOENT', message: expect.stringContaining(path) },
    });
  });

  it('reports a name that is not UTF-8, which Node cannot pass on unchanged', async () => {
    const path = join(folder.path, 'caf\uFFFD.txt');
    const message = 'EILSEQ: the name of the file is not UTF-8: rename it, or name it by a link';
    const payload = { path, operation: 'read', code: 'EILSEQ', message };
    expect(await outcomeOf(path)).toEqual({ event: 'error', payload });
    expect(await outcomeOf(await fileOf('a', 'caf\uFFFD.txt'))).toMatchObject({ event: 'save' });
  });

  it('reports a folder', async () => {
    const payload = { path: folder.path, operation: 'read', code: 'EISDIR' };
    expect(await outcomeOf(folder.path)).toMatchObject({ event: 'error', payload });
  });

  it('reports what is no regular file, and does not wait for it', async () => {
    const path = join(folder.path, 'pipe');
    execFileSync('mkfifo', [path]);
    const payload = {
      path,
      operation: 'read',
      code: 'EINVAL',
      message: `EINVAL: not a regular file, '${path}'`,
    };
    expect(await outcomeOf(path)).toEqual({ event: 'error', payload });
  });

  it('reports bytes that are not UTF-8, and leaves them as they are', async () => {
    const bytes = Buffer.from([0x61, 0xff, 0x62]);
    const path = await fileOf(bytes);
    const payload = { path, operation: 'transform', code: 'EILSEQ' };
    expect(await outcomeOf(path)).toMatchObject({ event: 'error', payload });
    expect(await real.readFile(path)).toEqual(bytes);
  });

  it('reports such bytes at the end of a large file, when much is written already', async () => {
    const bytes = Buffer.alloc(3 * CHUNK_BYTES, 'a');
    bytes[bytes.length - 1] = 0xc3;
    const path = await fileOf(bytes);
    const watched = new WatchedFiles(path);
    const payload = { path, operation: 'transform', code: 'EILSEQ' };
    expect(await outcomeOf(path, { fs: watched.fs })).toMatchObject({ event: 'error', payload });
    expect(watched.written).toBeGreaterThan(CHUNK_BYTES);
    expect(bytes.equals(await real.readFile(path))).toBe(true);
    expect(await real.readdir(folder.path)).toEqual(['a.txt']);
  });

  it('reports a transform that throws', async () => {
    const path = await fileOf('abc');
    const transform = piecewise(() => {
      throw new RangeError('too deep');
    });
    const payload = { path, operation: 'transform', code: 'UNKNOWN', message: 'too deep' };
    expect(await outcomeOf(path, { transform })).toEqual({ event: 'error', payload });
    expect(await real.readFile(path, 'utf8')).toBe('abc');
  });

  it('reports a file that may not be written', async () => {
    const path = await fileOf('abc');
    const denied = Object.assign(new Error(`EACCES: permission denied, open '${path}'`), { code: 'EACCES' });
    const open: FileWork['fs']['open'] = async (...args) => {
      if (args[1] === 'r+') throw denied;
      return real.open(...args);
    };
    const payload = { path, operation: 'write', code: 'EACCES', message: denied.message };
    expect(await outcomeOf(path, { fs: filesWith({ open }) })).toEqual({ event: 'error', payload });
    expect(await real.readFile(path, 'utf8')).toBe('abc');
  });

  (isRoot ? it.skip : it)(
    'reports a folder that may not be written, and of a file that may not be read',
    async () => {
      const path = await fileOf('abc');
      await real.chmod(folder.path, 0o555);
      expect(await outcomeOf(path)).toMatchObject({ payload: { path, operation: 'write', code: 'EACCES' } });
      await real.chmod(folder.path, 0o755);
      await real.chmod(path, 0o222);
      expect(await outcomeOf(path)).toMatchObject({ payload: { path, operation: 'read', code: 'EACCES' } });
    },
  );

  it('reports a failing rename, and leaves the old content and nothing else', async () => {
    const path = await fileOf('abc');
    const rename = async (): Promise<void> => {
      throw Object.assign(new Error('EXDEV: cross-device link not permitted'), { code: 'EXDEV' });
    };
    expect(await outcomeOf(path, { fs: filesWith({ rename }) })).toMatchObject({
      event: 'error',
      payload: { path, operation: 'write', code: 'EXDEV' },
    });
    expect(await real.readdir(folder.path)).toEqual(['a.txt']);
    expect(await real.readFile(path, 'utf8')).toBe('abc');
  });

  it('reports a file that another process changes at the same time, and leaves it', async () => {
    const path = await fileOf('abc');
    const transform = piecewise((text) => {
      appendFileSync(path, 'def');
      return text;
    });
    const payload = { path, operation: 'write', code: 'EBUSY' };
    expect(await outcomeOf(path, { transform })).toMatchObject({ event: 'error', payload });
    expect(await real.readFile(path, 'utf8')).toBe('abcdef');
  });

  const READ = ['stat', 'open source', 'read source'];
  const HARMLESS = ['chown temporary', 'close source'];

  it('names the operation of whatever call fails', async () => {
    const text = 'x'.repeat(CHUNK_BYTES + 1);
    const whole = new WatchedFiles(await fileOf(text));
    await outcomeOf(whole.file, { fs: whole.fs });
    expect(whole.calls.filter((call) => call === 'read source')).toHaveLength(2);
    for (const [failAt, call] of whole.calls.entries()) {
      const failing = new WatchedFiles(await fileOf(text), failAt);
      const outcome = await outcomeOf(failing.file, { fs: failing.fs });
      const operation = READ.includes(call) && failAt < whole.calls.lastIndexOf('stat') ? 'read' : 'write';
      const error = { event: 'error', payload: { operation, code: 'EIO', message: `EIO: ${call}` } };
      expect(outcome).toMatchObject(HARMLESS.includes(call) ? { event: 'save' } : error);
      expect(await real.readdir(folder.path)).toEqual(['a.txt']);
      expect(failing.open).toBe(0);
    }
  });
});
