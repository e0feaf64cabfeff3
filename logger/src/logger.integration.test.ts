import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, type SystemContract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';
import colors from 'picocolors';
import { runProgram } from './program.js';
import { never } from './running.fixture.js';

const SHA256 = '0a'.repeat(32);

let queue: TestQueue<SystemContract>;
const running: (() => Promise<number>)[] = [];

beforeEach(async () => {
  queue = await startTestQueue(contract);
});

afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
  await queue.close();
});

/** The program as `main.ts` starts it, with an output that the test reads. */
const startLogger = (...args: readonly string[]) => {
  const [stdout, stderr] = [new PassThrough({ encoding: 'utf8' }), new PassThrough({ encoding: 'utf8' })];
  const stop = new AbortController();
  let printed = '';
  stdout.on('data', (chunk: string) => (printed += chunk));
  const exitCode = runProgram({
    args,
    env: { QUEUE_URL: queue.url },
    directory: '/',
    connect: ({ url, contract }) => connect(contract, { url }),
    colors: colors.createColors(false),
    stdout,
    stderr,
    after: never,
    now: () => Date.now(),
    stopSignal: () => stop.signal,
  });
  const end = (): Promise<number> => {
    stop.abort();
    return exitCode;
  };
  running.push(end);
  return {
    /** Resolves with all lines when there are `count`. */
    lines: (count: number): Promise<string[]> =>
      new Promise((resolve) => {
        const look = (): void => {
          const lines = printed.split('\n').slice(0, -1);
          if (lines.length >= count) resolve(lines);
        };
        stdout.on('data', look);
        look();
      }),
    exitCode,
    status: () => String(stderr.read() ?? ''),
    stop: end,
  };
};

const pathsOf = (lines: readonly string[]) => lines.map((line) => /\/tmp\/\w+/.exec(line)?.[0]);

const save = (n: number) =>
  queue.client.publish('files', 'save', { path: `/tmp/${n}`, bytes: n, sha256: SHA256, durationMs: 1 });

const fail = (name: string) =>
  queue.client.publish('files', 'error', {
    path: `/tmp/${name}`,
    operation: 'read',
    code: 'ENOENT',
    message: 'no such file',
  });

describe('the logger at a real server', () => {
  it('prints one line for each event of both queues, with the fields that matter', async () => {
    const logger = startLogger();
    const lines = logger.lines(3);
    await save(12);
    await fail('b');
    await queue.client.publish('database', 'create', {
      model: 'product',
      id: 'p-1',
      after: { name: 'book' },
    });
    // Without their times; the two queues come as they come.
    const printed = (await lines).map((line) => line.slice('2026-01-01 00:00:00.000  '.length)).sort();
    expect(printed).toEqual([
      'database  #1  create  product  p-1  {"name":"book"}',
      `files     #1  save    /tmp/12  12 B  sha256 ${SHA256}  1 ms`,
      'files     #2  error   /tmp/b  read failed  ENOENT: no such file',
    ]);
    expect(await logger.stop()).toBe(0);
  });

  it('prints after its return exactly what was published while it was away', async () => {
    const first = startLogger();
    const before = first.lines(1);
    await save(0);
    await before;
    await first.stop();
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => save(n + 1)));
    const second = startLogger();
    expect(pathsOf(await second.lines(1_000))).toEqual(
      Array.from({ length: 1_000 }, (_, n) => `/tmp/${n + 1}`),
    );
    await second.stop();
  });
});

describe('a logger with a filter', () => {
  it('takes nothing from the one that prints everything, and loses nothing while it is down', async () => {
    const everything = startLogger();
    const first = startLogger('--event', 'error');
    await save(1);
    await fail('a');
    expect(pathsOf(await first.lines(1))).toEqual(['/tmp/a']);
    await first.stop();
    await save(2);
    await fail('b');
    const second = startLogger('--event', 'error');
    expect(pathsOf(await second.lines(1))).toEqual(['/tmp/b']);
    expect(pathsOf(await everything.lines(4))).toEqual(['/tmp/1', '/tmp/a', '/tmp/2', '/tmp/b']);
  });
});

describe('a replay', () => {
  it('prints again what was printed, and moves no group', async () => {
    await save(1);
    await fail('a');
    await save(2);
    const member = startLogger();
    await member.lines(3);
    await member.stop();
    await save(3);

    const replay = startLogger('--from', 'start', '--no-follow');
    expect(await replay.exitCode).toBe(0);
    expect(pathsOf(await replay.lines(4))).toEqual(['/tmp/1', '/tmp/a', '/tmp/2', '/tmp/3']);
    expect(replay.status()).toContain('logger: live: all before message 5 is printed (queue files)\n');

    const again = startLogger();
    expect(pathsOf(await again.lines(1))).toEqual(['/tmp/3']);
  });

  it('begins at a seq or a time, and with a filter', async () => {
    await Promise.all([save(1), fail('a'), save(2), fail('b')]);
    for (const [args, paths] of [
      [
        ['--from', '2', '--queue', 'files'],
        ['/tmp/a', '/tmp/2', '/tmp/b'],
      ],
      [['--from', '2', '--event', 'save'], ['/tmp/2']],
      [
        ['--from', '1h', '--event', 'error'],
        ['/tmp/a', '/tmp/b'],
      ],
      [['--from', '2100-01-01'], []],
    ] as const) {
      const replay = startLogger(...args, '--no-follow');
      expect(await replay.exitCode).toBe(0);
      expect(pathsOf(await replay.lines(0))).toEqual(paths);
    }
  });

  it('goes on with what is published, until it is stopped', async () => {
    await save(1);
    const replay = startLogger('--from', 'start');
    await replay.lines(1);
    await save(2);
    expect(pathsOf(await replay.lines(2))).toEqual(['/tmp/1', '/tmp/2']);
    expect(await replay.stop()).toBe(0);
  });

  it('says that a seq is not there, and begins with the oldest', async () => {
    await save(1);
    const replay = startLogger('--from', '99', '--queue', 'files', '--no-follow');
    expect(await replay.exitCode).toBe(0);
    expect(pathsOf(await replay.lines(1))).toEqual(['/tmp/1']);
    expect(replay.status()).toContain('logger: there is no message 99: ');
  });
});
