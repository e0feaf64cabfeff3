import * as real from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { USAGE } from './command-line.js';
import { FakeQueue } from './fake-queue.fixture.js';
import type { FileWriterDeps } from './file-writer.js';
import { runWith, type Run } from './run.fixture.js';
import { piecewise } from './transform.js';
import { testFolder } from './folder.fixture.js';

const folder = testFolder();

const run = (queue: FakeQueue, args: readonly string[], deps: Partial<FileWriterDeps> = {}): Promise<Run> =>
  runWith(queue, { args, cwd: folder.path, ...deps });

const write = folder.write;
const paths = (queue: FakeQueue): string[] => queue.published.map(({ payload }) => payload.path);

describe('runFileWriter, without a server', () => {
  it('says once that it waits, names what is unpublished, and ends with 1', async () => {
    const queue = new FakeQueue();
    queue.reachable = false;
    const [a, missing] = [await write('a.txt'), join(folder.path, 'missing.txt')];
    const { exitCode, out, err } = await run(queue, ['--timeout', '0', 'a.txt', 'missing.txt']);
    expect(exitCode).toBe(1);
    expect(out).toContain(`saved   ${a}  `);
    expect(await real.readFile(a, 'utf8')).toBe('ABC');
    expect(err.split('\n').filter((line) => line.startsWith('file-writer: '))).toEqual([
      'file-writer: waiting for the queue server at http://localhost:3333',
      `file-writer: unpublished: "save" of ${a} (aborted: not sent)`,
      `file-writer: unpublished: "error" of ${missing} (aborted: not sent)`,
    ]);
    expect(queue.closed).toBe(1);
  });

  it('says what the server refused', async () => {
    const queue = new FakeQueue();
    queue.refusal = new QueueError('queue_unknown', 'no "files" here');
    const path = await write('a.txt');
    const { exitCode, err } = await run(queue, ['a.txt']);
    expect(exitCode).toBe(1);
    expect(err).toBe(`file-writer: unpublished: "save" of ${path} (queue_unknown: no "files" here)\n`);
  });
});

describe('runFileWriter, interrupted', () => {
  it('finishes the file in hand, names the others, and ends as the signal says', async () => {
    const queue = new FakeQueue();
    const stop = new AbortController();
    const [a, b] = [await write('a.txt'), await write('b.txt')];
    const transform = piecewise((text) => {
      stop.abort(130);
      return text;
    });
    const { exitCode, err } = await run(queue, ['a.txt', 'b.txt'], { transform, signal: stop.signal });
    expect(exitCode).toBe(130);
    expect(err).toBe(`file-writer: not processed: ${b}\n`);
    expect(paths(queue)).toEqual([a]);
    expect(await real.readFile(b, 'utf8')).toBe('abc');
    expect(await real.readdir(folder.path)).toEqual(['a.txt', 'b.txt']);
  });

  it('ends with 0 when all was done already', async () => {
    await write('a.txt');
    const stop = new AbortController();
    const transform = piecewise((text) => {
      stop.abort(130);
      return text;
    });
    expect(await run(new FakeQueue(), ['a.txt'], { transform, signal: stop.signal })).toMatchObject({
      exitCode: 0,
    });
  });
});

describe('runFileWriter, asked wrongly', () => {
  it('shows its usage without a file, and ends with 2', async () => {
    const queue = new FakeQueue();
    const expected = { exitCode: 2, out: '', err: `file-writer: no file is named\n\n${USAGE}` };
    expect(await run(queue, [])).toEqual(expected);
    expect(queue.configs).toEqual([]);
  });

  it('shows its usage on request', async () => {
    expect(await run(new FakeQueue(), ['--help'])).toEqual({ exitCode: 0, out: USAGE, err: '' });
  });

  it('ends with 78 when the environment is wrong, and touches nothing', async () => {
    const queue = new FakeQueue();
    const path = await write('a.txt');
    expect(await run(queue, ['a.txt'], { env: { QUEUE_URL: 'nowhere' } })).toEqual({
      exitCode: 78,
      out: '',
      err:
        'file-writer: The environment is wrong:\n' +
        '  QUEUE_URL="nowhere": allowed: an http:// or https:// URL\n',
    });
    expect(queue.configs).toEqual([]);
    expect(await real.readFile(path, 'utf8')).toBe('abc');
  });
});
