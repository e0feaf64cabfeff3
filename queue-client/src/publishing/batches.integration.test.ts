import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, type SystemContract } from '@typed-queue/contracts';
import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';
import type { QueueClient } from '../index.js';

const read = (id: string, count = 1) => ({ event: 'read', payload: { model: 'order', id, count } }) as const;

let server: TestQueue<SystemContract>;
let queue: QueueClient<SystemContract>;
beforeEach(async () => {
  server = await startTestQueue(contract, { storage: 'disk' });
  queue = server.client;
});
afterEach(() => server.close());

describe('publishBatch with a real server', () => {
  it('brings one receipt, and the messages are in the log in its place among other publishes', async () => {
    const [before, batch, after] = await Promise.all([
      queue.publish('database', 'read', read('1').payload),
      queue.publishBatch('database', [
        read('2'),
        { event: 'delete', payload: { model: 'order', id: '2', before: { total: 42 } } },
      ]),
      queue.publish('database', 'read', read('3').payload),
    ]);
    expect([before.seq, ...batch.messages.map(({ seq }) => seq), after.seq]).toEqual([1, 2, 3, 4]);
    expect(batch).toMatchObject({ epoch: before.epoch, durability: 'disk' });
    const events: string[] = [];
    for await (const { event, seq } of queue.tail('database', { from: 'start' })) {
      events.push(event);
      if (seq === after.seq) break;
    }
    expect(events).toEqual(['read', 'read', 'delete', 'read']);
  });

  it('stores nothing when the server refuses one message: the error has its index, event and path', async () => {
    const refusal = await queue
      .publishBatch('database', [read('1'), read('2', -1), read('3')])
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'payload_invalid',
      details: { index: 1, event: 'read', issues: [{ path: expect.stringContaining('count') }] },
    });
    expect(await queue.publish('database', 'read', read('4').payload)).toMatchObject({ seq: 1 });
  });

  it('names messages that are known as duplicates, and stores the others together', async () => {
    await queue.publish('database', 'read', read('1').payload, { dedupeKey: 'one' });
    const { messages } = await queue.publishBatch('database', [
      { ...read('0'), dedupeKey: 'zero' },
      { ...read('1'), dedupeKey: 'one' },
      { ...read('2'), dedupeKey: 'two' },
    ]);
    expect(messages).toMatchObject([
      { seq: 2, duplicate: false },
      { seq: 1, duplicate: true },
      { seq: 3, duplicate: false },
    ]);
  });

  it('takes as many messages as a frame may have', async () => {
    const { messages } = await queue.publishBatch(
      'database',
      Array.from({ length: 4_096 }, (_, n) => read(String(n))),
    );
    expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 4_096 }, (_, n) => n + 1));
  });
});
