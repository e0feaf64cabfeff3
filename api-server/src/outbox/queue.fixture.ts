import { contract, type DatabaseMessage, type SystemContract } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import type { After } from './timing.js';

export const after: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

export const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A client that says nothing, and looks again at once for a server that is away. */
export const quietClient = (url: string): QueueClient<SystemContract> => {
  const client = connect(contract, { url, reconnect: { minDelayMs: 5, maxDelayMs: 20 } });
  return client.on('error', () => undefined);
};

/** All that stands in the queue. */
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
