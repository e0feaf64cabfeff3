import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, type SystemContract } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import colors from 'picocolors';
import { runLogger } from './logger.js';
import { prettyLayout } from './pretty.js';

const SHA256 = '0a'.repeat(32);

let server: TestServer;
const running: (() => Promise<number>)[] = [];
let publisher: QueueClient<SystemContract>;

beforeEach(async () => {
  server = await startTestServer();
  publisher = connect(contract, { url: server.url });
});

afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
  await publisher.close();
  await server.close();
});

/** The program as `main.ts` starts it, with an output that the test reads. */
const startLogger = () => {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const stop = new AbortController();
  let printed = '';
  const exitCode = runLogger({
    queue: connect(contract, { url: server.url }),
    server: server.url,
    layout: prettyLayout(colors.createColors(false)),
    stdout,
    stderr: new PassThrough().resume(),
    signal: stop.signal,
  });
  const end = (): Promise<number> => {
    stop.abort();
    return exitCode;
  };
  running.push(end);
  return {
    /** Resolves with all lines when there are so many. */
    lines: (count: number): Promise<string[]> =>
      new Promise((resolve) => {
        const look = (chunk = ''): void => {
          printed += chunk;
          const lines = printed.split('\n').slice(0, -1);
          if (lines.length >= count) resolve(lines);
        };
        stdout.on('data', look);
        look();
      }),
    stop: end,
  };
};

const save = (n: number) =>
  publisher.publish('files', 'save', { path: `/tmp/${n}`, bytes: n, sha256: SHA256, durationMs: 1 });

describe('the logger at a real server', () => {
  it('prints one line for each event of both queues, with the fields that matter', async () => {
    const logger = startLogger();
    const lines = logger.lines(3);
    await save(12);
    await publisher.publish('files', 'error', {
      path: '/tmp/b',
      operation: 'read',
      code: 'ENOENT',
      message: 'no such file',
    });
    await publisher.publish('database', 'create', { model: 'product', id: 'p-1', after: { name: 'book' } });
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
    const paths = (await second.lines(1_000)).map((line) => /\/tmp\/\d+/.exec(line)?.[0]);
    expect(paths).toEqual(Array.from({ length: 1_000 }, (_, n) => `/tmp/${n + 1}`));
    await second.stop();
  });
});
