import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contract, SECOND, type SystemContract } from '@typed-queue/contracts';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { QueueClient } from '../client.js';
import { connect } from '../connect.js';
import type { TailItem } from './tail.js';
import { brief } from './tail.fixture.js';

let server: TestServer;
let queue: QueueClient<SystemContract>;

const open = (url = server.url): QueueClient<SystemContract> =>
  connect(contract, { url, reconnect: { minDelayMs: 1, maxDelayMs: 10 } });

beforeEach(async () => {
  server = await startTestServer();
  queue = open();
});

afterEach(async () => {
  await queue.close({ timeoutMs: SECOND });
  await server.close();
});

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const save = (index: number, client = queue) =>
  client.publish('files', 'save', { path: `/${index}`, bytes: index, sha256: 'x', durationMs: 1 });
const fail = (index: number) =>
  queue.publish('files', 'error', { path: `/${index}`, operation: 'read', code: 'ENOENT', message: 'none' });
const saveAll = async (from: number, to: number, client = queue): Promise<void> => {
  await Promise.all(range(from, to).map((index) => save(index, client)));
};

/** Takes items until one fits. */
const takeUntil = async (items: AsyncIterator<TailItem, undefined>, last: unknown): Promise<unknown[]> => {
  const results: unknown[] = [];
  for (;;) {
    const { value } = await items.next();
    if (value === undefined) return results;
    results.push(brief(value));
    if (JSON.stringify(results.at(-1)) === JSON.stringify(last)) return results;
  }
};

it('replays what is stored, becomes live, and gets what is published then', async () => {
  await saveAll(1, 3);
  const items = queue.tail('files', { from: 'start' }).items();
  expect(await takeUntil(items, 'live 4')).toEqual([1, 2, 3, 'live 4']);
  await saveAll(4, 6);
  expect(await takeUntil(items, 6)).toEqual([4, 5, 6]);
});

it('reads a log that is far larger than its window, in a slow loop, while more is published', async () => {
  await saveAll(1, 3_000);
  const tail = queue.tail('files', { from: 'start', window: { messages: 100 } });
  const seqs: number[] = [];
  for await (const { seq } of tail) {
    seqs.push(seq);
    if (seq === 1_000) await saveAll(3_001, 4_000);
    if (seq % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    if (seq === 4_000) break;
  }
  expect(seqs).toEqual(range(1, 4_000));
});

it('brings some events only, before and after it is live', async () => {
  await saveAll(1, 50);
  await fail(51);
  const tail = queue.tail('files', { from: 'start', events: ['error'] });
  const items = tail.items();
  expect(await takeUntil(items, 'live 52')).toEqual([51, 'live 52']);
  await saveAll(52, 60);
  await fail(61);
  expect(await takeUntil(items, 61)).toEqual([61]);
});

it('continues after a restart of the server, without a gap or a duplicate', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'typed-queue-tail-'));
  const first = await startTestServer({ dataDir });
  const client = open(first.url);
  await saveAll(1, 20, client);
  const tail = client.tail('files', { from: 'start' });
  const items = tail.items();
  expect(await takeUntil(items, 10)).toEqual(range(1, 10));
  await first.close();
  const second = await startTestServer({ dataDir, port: Number(new URL(first.url).port) });
  await saveAll(21, 30, client);
  const results = await takeUntil(items, 30);
  expect(results.filter((item) => typeof item === 'number')).toEqual(range(11, 30));
  expect(tail.position?.seq).toBe(31);
  await client.close();
  await second.close();
  await rm(dataDir, { recursive: true });
});

it('reports what was purged, and starts again in another log', async () => {
  await saveAll(1, 5);
  await queue.admin.purge('files');
  await save(6);
  const items = queue.tail('files', { from: { seq: 1 } }).items();
  const results = await takeUntil(items, 'live 7');
  expect(results).toEqual([[1, 5], 6, 'live 7']);

  const foreign = queue.tail('files', { from: { epoch: 'another', seq: 3 } });
  expect((await takeUntil(foreign.items(), 'live 7'))[0]).toBe('reset 3');
});

it('a tail whose loop was left does not exist on the server', async () => {
  const tails = async () => (await queue.admin.queues()).find((status) => status.queue === 'files')?.tails;
  const left = queue.tail('files');
  const kept = queue.tail('files');
  await Promise.all([left.ready, kept.ready]);
  expect(await tails()).toBe(2);
  left.close();
  queue.tail('files').close();
  expect(await tails()).toBe(1);
});
