import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, type SystemContract } from '@typed-queue/contracts';
import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';
import type { QueueClient } from './client.js';

const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };

let server: TestQueue<SystemContract>;
let client: QueueClient<SystemContract>;
let errors: unknown[];

beforeEach(async () => {
  server = await startTestQueue(contract, { messagesPerSecond: 1_000 });
  client = server.client;
  errors = [];
  client.on('error', (event) => errors.push(event));
  client.on('disconnected', (event) => errors.push(event));
});
afterEach(() => server.close());

describe('a client of a server with rate limits', () => {
  it('publishes three times as fast, and notices nothing but that it takes longer', async () => {
    const publishing = Array.from({ length: 3_000 }, (_, bytes) =>
      client.publish('files', 'save', { ...save, bytes }),
    );
    const receipts = await Promise.all(publishing);
    expect(receipts.map(({ seq }) => seq)).toEqual(Array.from({ length: 3_000 }, (_, n) => n + 1));
    expect(errors).toEqual([]);
  });

  it('has its requests answered when they may be', async () => {
    await Promise.all(Array.from({ length: 1_500 }, () => client.publish('files', 'save', save)));
    const [queues, ...more] = await Promise.all(Array.from({ length: 50 }, () => client.admin.queues()));
    expect(queues).toContainEqual(expect.objectContaining({ queue: 'files', lastSeq: 1_500 }));
    expect(more).toHaveLength(49);
    expect(errors).toEqual([]);
  });
});
