import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { contract, type SystemContract } from '@typed-queue/contracts';
import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';
import type { QueueClient } from '../client.js';
import type { TailItem } from './tail.js';
import { brief } from './tail.fixture.js';

let server: TestQueue<SystemContract>;
let queue: QueueClient<SystemContract>;

beforeEach(async () => {
  server = await startTestQueue(contract, { storage: 'disk' });
  queue = server.client;
});

afterEach(() => server.close());

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const save = (index: number) =>
  queue.publish('files', 'save', { path: `/${index}`, bytes: index, sha256: 'x', durationMs: 1 });
const fail = (index: number) =>
  queue.publish('files', 'error', { path: `/${index}`, operation: 'read', code: 'ENOENT', message: 'none' });
const saveAll = async (from: number, to: number): Promise<void> => {
  await Promise.all(range(from, to).map(save));
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
  await saveAll(1, 20);
  const tail = queue.tail('files', { from: 'start' });
  const items = tail.items();
  expect(await takeUntil(items, 10)).toEqual(range(1, 10));
  await server.restart();
  await saveAll(21, 30);
  const results = await takeUntil(items, 30);
  expect(results.filter((item) => typeof item === 'number')).toEqual(range(11, 30));
  expect(tail.position?.seq).toBe(31);
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
