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

/** Resolves when the server has no other client: what those sent has arrived. */
export const withoutOtherClients = async (url: string): Promise<void> => {
  const client = quietClient(url);
  await until(async () => (await client.admin.overview()).server?.connections === 1);
  await client.close();
};
