import { connect } from '@typed-queue/queue-client';
import { join } from 'node:path';
import { answered } from './answered.js';
import type { Peer } from './peer.js';
import { startQueueServer } from './queue-server.js';
import { callContract } from './typed-queue-call-contract.js';

const CONCURRENCY = 256;

const connectTo = (port: number) => connect(callContract, { url: `http://127.0.0.1:${port}` });

/** Calls through the queue server. */
export const typedQueueCalls: Peer = {
  name: 'typed-queue-calls',
  title: 'typed-queue, calls',
  acknowledges: 'answered; validated on both ways',
  abilities: ['call'],
  version: () => Promise.resolve('of this checkout'),
  start: (site) =>
    startQueueServer(site, { CONTRACT: join(import.meta.dirname, 'typed-queue-calls-served.js') }),
  publisher: async ({ port }) => {
    const client = connectTo(port);
    await new Promise<void>((resolve) => client.on('connected', () => resolve()));
    return {
      publish: (product, acknowledged) =>
        void client.call('queue-0', 'store', product).then((answer) => {
          answered(product, answer);
          acknowledged();
        }),
    };
  },
  subscriber: async ({ port }, handle) => {
    const client = connectTo(port);
    const responder = (product: Parameters<typeof handle>[0]): { id: string } => {
      handle(product);
      return { id: product.id };
    };
    await client.serve('queue-0', { store: responder }, { concurrency: CONCURRENCY }).ready;
    return { close: () => client.close() };
  },
};
