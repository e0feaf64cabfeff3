import { Queue, Worker } from 'bullmq';
import type { Product } from '../product.js';
import { libraryVersion } from './library-version.js';
import type { Peer, SubscriberOptions } from './peer.js';
import { acknowledgesOf, redisVersion, startRedis } from './redis-server.js';
import { TickBatch } from './tick-batch.js';

const BULK = 500;
const CONCURRENCY = 200;

const connectionOf = (port: number) => ({ host: '127.0.0.1', port, maxRetriesPerRequest: null });

const subscriber = async ({ port, queue }: SubscriberOptions, handle: (product: Product) => void) => {
  const worker = new Worker<Product>(queue, async ({ data }) => handle(data), {
    connection: connectionOf(port),
    concurrency: CONCURRENCY,
    removeOnComplete: { count: 0 },
  });
  await worker.waitUntilReady();
  return { close: () => worker.close() };
};

/** Its queue has one group: jobs are taken, not read. */
export const bullMq: Peer = {
  name: 'bullmq',
  title: 'BullMQ, addBulk',
  acknowledges: acknowledgesOf('everysec'),
  abilities: ['group'],
  version: async () => {
    const version = await redisVersion();
    return version && `redis-server ${version.slice(2)}, ${libraryVersion('bullmq')}`;
  },
  start: (site) => startRedis(site, 'everysec'),
  publisher: async ({ port, queue }) => {
    const jobs = new Queue<Product>(queue, { connection: connectionOf(port) });
    await jobs.waitUntilReady();
    return new TickBatch(BULK, async (products) => {
      await jobs.addBulk(products.map((data) => ({ name: 'create', data })));
    });
  },
  subscriber,
};
