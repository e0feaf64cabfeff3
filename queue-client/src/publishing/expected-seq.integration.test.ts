import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, type SystemContract } from '@typed-queue/contracts';
import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';
import type { PublishOptions, QueueClient } from '../index.js';

let server: TestQueue<SystemContract>;
let queue: QueueClient<SystemContract>;
beforeEach(async () => {
  server = await startTestQueue(contract, { storage: 'disk' });
  queue = server.client;
});
afterEach(() => server.close());

const headers = { key: 'order 17' };
const payload = { model: 'order', id: '17', count: 1 };
const read = (options: PublishOptions = {}) => queue.publish('database', 'read', payload, options);

describe('a seq that is expected of the last message', () => {
  it('is that of its ordering key, or without a key that of the queue', async () => {
    const { seq: first } = await read({ headers, expectedSeq: 0 });
    await read();
    await read({ headers: { key: 'order 18' } });
    const { seq: last } = await read({ headers, expectedSeq: first });
    expect(last).toBe(4);
    expect(await read({ expectedSeq: last })).toMatchObject({ seq: 5 });
  });

  it('refuses what comes after another one, and says which', async () => {
    await read({ headers });
    await expect(read({ headers, expectedSeq: 0 })).rejects.toMatchObject({
      code: 'seq_conflict',
      message:
        'The last message with the key "order 17" has the seq 1, and none was expected. ' +
        'Nothing was stored: read what there is up to the actual seq, and decide again.',
      details: { expectedSeq: 0, actualSeq: 1, key: 'order 17' },
      retryable: false,
    });
  });

  it('refuses neither what is published before it in the same turn, nor after it, and all keep their order', async () => {
    const all = [
      read(),
      read({ headers, expectedSeq: 9 }),
      read(),
      read({ headers, expectedSeq: 0 }),
      read(),
    ];
    const results = await Promise.allSettled(all);
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value.seq : 'refused'))).toEqual([
      1,
      'refused',
      2,
      3,
      4,
    ]);
  });

  it('is that before a batch, which is stored as a whole or not at all', async () => {
    const batch = [1, 2].map(
      (count) => ({ event: 'read', payload: { ...payload, count }, headers }) as const,
    );
    const { messages } = await queue.publishBatch('database', batch, { expectedSeq: 0 });
    expect(messages.map(({ seq }) => seq)).toEqual([1, 2]);
    await expect(queue.publishBatch('database', batch, { expectedSeq: 1 })).rejects.toMatchObject({
      details: { expectedSeq: 1, actualSeq: 2 },
    });
    expect(server.published('database')).toHaveLength(2);
  });

  it('is of one key: a batch of several is refused before it is sent', async () => {
    const batch = ['17', '18'].map((key) => ({ event: 'read', payload, headers: { key } }) as const);
    await expect(queue.publishBatch('database', batch, { expectedSeq: 0 })).rejects.toMatchObject({
      code: 'request_invalid',
      details: { index: 1 },
    });
  });

  it('is no conflict for what is sent again after the server was killed', async () => {
    const published = read({ headers, expectedSeq: 0 });
    await server.crash('after-append');
    await server.restart();
    expect(await published).toMatchObject({ seq: 1, duplicate: true });
  });
});
