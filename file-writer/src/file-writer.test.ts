import { createHash } from 'node:crypto';
import * as real from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import colors from 'picocolors';
import { FakeQueue } from './fake-queue.fixture.js';
import type { FileWriterDeps } from './file-writer.js';
import { runWith, type Run } from './run.fixture.js';
import { progressOn } from './progress.js';
import { processesFrom, temporaryFor } from './temporary.js';
import { piecewise } from './transform.js';
import { testFolder } from './folder.fixture.js';

const folder = testFolder();

const run = (queue: FakeQueue, args: readonly string[], deps: Partial<FileWriterDeps> = {}): Promise<Run> =>
  runWith(queue, { args, cwd: folder.path, ...deps });

const write = folder.write;

const SHA256 = createHash('sha256').update('ABC').digest('hex');
const paths = (queue: FakeQueue): string[] => queue.published.map(({ payload }) => payload.path);

describe('runFileWriter', () => {
  it('writes and publishes each file and ends with 0', async () => {
    const queue = new FakeQueue();
    const [a, b] = [await write('a.txt'), await write('b.txt')];
    expect(await run(queue, ['a.txt', b])).toEqual({
      exitCode: 0,
      out: [a, b].map((path) => `saved   ${path}  3 B  sha256 ${SHA256}  0.0 ms\n`).join(''),
      err: '',
    });
    expect(queue.published).toEqual(
      [a, b].map((path) => ({ event: 'save', payload: { path, bytes: 3, sha256: SHA256, durationMs: 0 } })),
    );
    expect(await real.readFile(a, 'utf8')).toBe('ABC');
    expect(queue.closed).toBe(1);
  });

  it('continues after a file that failed, publishes that too, and ends with 1', async () => {
    const queue = new FakeQueue();
    const [missing, b] = [join(folder.path, 'missing.txt'), await write('b.txt')];
    const { exitCode, out, err } = await run(queue, ['missing.txt', 'b.txt']);
    expect(exitCode).toBe(1);
    expect(out).toContain(`saved   ${b}  `);
    expect(err).toMatch(/^failed {2}\S+missing\.txt {2}read: ENOENT: no such file .*\n$/);
    expect(queue.published.map(({ event, payload }) => [event, payload.path])).toEqual([
      ['error', missing],
      ['save', b],
    ]);
  });

  it('processes a file once that is named twice, also through a link', async () => {
    const queue = new FakeQueue();
    const path = await write('a.txt');
    await real.symlink('a.txt', join(folder.path, 'link.txt'));
    let times = 0;
    const transform = piecewise((text) => `${text}${++times}`);
    await run(queue, ['a.txt', './a.txt', path, 'link.txt', 'missing', 'missing'], { transform });
    expect(paths(queue)).toEqual([path, join(folder.path, 'missing')]);
    expect(await real.readFile(path, 'utf8')).toBe('abc1');
  });

  it('resolves names against where npm was started', async () => {
    const queue = new FakeQueue();
    const path = await write('a.txt');
    const elsewhere = { cwd: '/nowhere', env: { INIT_CWD: folder.path } };
    expect(await run(queue, ['a.txt'], elsewhere)).toMatchObject({ exitCode: 0 });
    expect(await run(queue, ['a.txt'], { cwd: folder.path, env: { INIT_CWD: '' } })).toMatchObject({
      exitCode: 0,
    });
    expect(paths(queue)).toEqual([path, path]);
  });

  it('connects as the environment says', async () => {
    const queue = new FakeQueue();
    await write('a.txt');
    await run(queue, ['a.txt']);
    await run(queue, ['a.txt'], { env: { QUEUE_URL: 'http://queue:1234', QUEUE_TOKEN: 'secret' } });
    expect(queue.configs).toEqual([
      { url: 'http://localhost:3333', token: undefined },
      { url: 'http://queue:1234', token: 'secret' },
    ]);
  });

  it('shows what acts on a terminal', async () => {
    await write('b\u009bc');
    const { out, err } = await run(new FakeQueue(), ['a\u001b[2J\nsaved', 'b\u009bc']);
    const shown = join(folder.path, 'a\\u001b[2J\\u000asaved');
    expect(err).toBe(`failed  ${shown}  read: ENOENT: no such file or directory, stat '${shown}'\n`);
    expect(out).toBe(`saved   ${join(folder.path, 'b\\u009bc')}  3 B  sha256 ${SHA256}  0.0 ms\n`);
  });

  it('does its work although nobody reads its output', async () => {
    const queue = new FakeQueue();
    await write('a.txt');
    const stdout = new PassThrough();
    stdout.destroy(new Error('write EPIPE'));
    expect(await run(queue, ['a.txt'], { stdout })).toMatchObject({ exitCode: 0 });
    expect(queue.published).toHaveLength(1);
  });
});

describe('runFileWriter, with a terminal', () => {
  it('shows how far it is, and takes that away before each line and at the end', async () => {
    const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true });
    let ms = 0;
    const now = (): number => (ms += 1_000);
    const progress = progressOn(stderr, {}, colors.createColors(false), now);
    await write('a.txt');
    await write('b.txt', 'abcdef');
    // One terminal shows both.
    const stdout = stderr;
    await run(new FakeQueue(), ['a.txt', 'missing.txt', 'b.txt'], { stdout, stderr, progress });
    const shown = String(stderr.read());
    const lines = shown.replaceAll(`${folder.path}/`, '').split(/(?<=\n)|(?=\r)/);
    const away = '\r\u001b[K';
    expect(lines).toEqual([
      expect.stringMatching(/ 33% .* a\.txt/),
      expect.stringMatching(/saved .*\n$/),
      expect.stringMatching(/^failed .*\n$/),
      expect.stringMatching(/ 100% .* b\.txt/),
      expect.stringMatching(/saved .*\n$/),
    ]);
    expect(lines.map((line) => line.startsWith(away))).toEqual([true, true, false, true, true]);
  });
});

describe('runFileWriter, after a run that was killed', () => {
  it('removes what that left, and leaves what another writes now', async () => {
    const path = await write('a.txt');
    const left = (pid: number): string => temporaryFor(path, { ...processesFrom(process), pid });
    // No process has a number like the first; the second runs.
    for (const pid of [2 ** 31 - 1, process.ppid]) await real.writeFile(left(pid), 'AB');
    expect(await run(new FakeQueue(), ['a.txt'])).toMatchObject({ exitCode: 0 });
    const names = await real.readdir(folder.path);
    expect(names).toHaveLength(2);
    expect(names).toContainEqual(expect.stringContaining(`-${process.ppid}-`));
    expect(names).toContain('a.txt');
  });
});
