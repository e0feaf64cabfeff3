import { expect } from '@jest/globals';
import { contract, type DatabaseMessage, type SystemContract } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { until } from './until.fixture.js';

export const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A client that logs nothing and reconnects at once. */
export const quietClient = (url: string): QueueClient<SystemContract> => {
  const client = connect(contract, { url, reconnect: { minDelayMs: 5, maxDelayMs: 20 } });
  return client.on('error', () => undefined);
};

/** All messages of the queue. */
export const storedMessages = async (url: string): Promise<DatabaseMessage[]> => {
  const client = quietClient(url);
  const messages: DatabaseMessage[] = [];
  for await (const item of client.tail('database', { from: 'start' }).items()) {
    if (item.kind === 'live') break;
    if (item.kind === 'message') messages.push(item.message);
  }
  await client.close();
  return messages;
};

/** Resolves when the server has no other client, and what those sent is stored. */
export const withoutOtherClients = async (url: string): Promise<void> => {
  const client = quietClient(url);
  await until(async () => (await client.admin.overview()).server?.connections === 1);
  // A conflict is reported once the newest message is durable.
  const never = { expectedSeq: Number.MAX_SAFE_INTEGER };
  await expect(client.publish('database', 'read', REFUSED, never)).rejects.toMatchObject({
    code: 'seq_conflict',
  });
  await client.close();
};

const REFUSED = { model: 'product', id: 'none', count: 1 };
