import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestServer } from './testing.js';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'draining-test-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const MESSAGES = 10;

it('a closing server waits for running handlers, and the rest is delivered after the restart at its first attempt', async () => {
  const server = await startTestServer({ dataDir });
  const queue = connect(contract, { url: server.url });
  for (let n = 1; n <= MESSAGES; n++) {
    await queue.publish('database', 'read', { model: 'product', id: String(n), count: 1 });
  }
  const handled: number[] = [];
  let finish = (): void => undefined;
  const working = new Promise<void>((begun) => {
    queue.subscribe('database', { group: 'g' }, async ({ seq }) => {
      begun();
      await new Promise<void>((resolve) => (finish = resolve));
      handled.push(seq);
    });
  });
  await working;
  const disconnected = new Promise<void>((resolve) => queue.once('disconnected', () => resolve()));
  const closed = server.close();
  while ((await fetch(`${server.url}/readyz`)).ok) await new Promise((resolve) => setImmediate(resolve));
  // Its answer comes on the same connection, after the notice that the server is draining.
  await queue.subscribe('files', { group: 'g' }, () => undefined).ready;
  finish();
  await closed;
  await disconnected;
  await queue.close({ timeoutMs: 0 });
  expect(handled).toEqual([1]);

  const next = await startTestServer({ dataDir });
  const again = connect(contract, { url: next.url });
  const rest: [seq: number, attempt: number][] = [];
  await new Promise<void>((resolve) => {
    again.subscribe('database', { group: 'g' }, ({ seq }, { attempt }) => {
      rest.push([seq, attempt]);
      if (rest.length === MESSAGES - 1) resolve();
    });
  });
  expect(rest).toEqual(Array.from({ length: MESSAGES - 1 }, (_, n) => [n + 2, 1]));
  await again.close();
  await next.close();
});
