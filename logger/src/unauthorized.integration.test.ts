import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { start } from './running.fixture.js';
import type { Source } from './source.js';

const key = 'key-of-the-logger';
let server: TestServer;

beforeEach(async () => {
  server = await startTestServer({ keys: [key] });
});

afterEach(() => server.close());

const group: Source = { kind: 'group', group: 'logger', lasting: 'always' };
const replay: Source = { kind: 'replay', from: 'start', follow: true };

/** Runs a logger with a token; stops it when it is connected. */
const run = async (
  token: string | undefined,
  source: Source,
): Promise<{ exitCode: number; status: string }> => {
  const stop = new AbortController();
  const stderr = new PassThrough({ encoding: 'utf8' });
  const queue = connect(contract, { url: server.url, token });
  queue.on('connected', () => stop.abort());
  const { exitCode } = start({
    queue,
    server: server.url,
    source,
    stdout: new PassThrough().resume(),
    stderr,
    signal: stop.signal,
  });
  return { exitCode: await exitCode, status: String(stderr.read() ?? '') };
};

describe('the logger at a server with keys', () => {
  it.each([
    ['another key', 'key-of-somebody-else', group, 'does not know the token'],
    ['none', undefined, group, 'showed none'],
    ['none and replays', undefined, replay, 'showed none'],
  ])('ends with 1 and says what to do when it shows %s', async (_, token, source, text) => {
    const { exitCode, status } = await run(token, source);
    expect(exitCode).toBe(1);
    expect(status).toMatch(/^logger: refused by the queue server: unauthorized: .*QUEUE_TOKEN.*\n$/);
    expect(status).toContain(text);
    expect(status).not.toContain('somebody-else');
  });

  it('runs when it shows one of them', async () => {
    expect(await run(key, group)).toEqual({ exitCode: 0, status: `logger: connected to ${server.url}\n` });
  });
});
