import { connect } from '@typed-queue/queue-client';
import { join } from 'node:path';
import type { Product } from '../product.js';
import type {
  Broker,
  Peer,
  Publisher,
  PublisherOptions,
  Site,
  Subscriber,
  SubscriberOptions,
} from './peer.js';
import { startQueueServer } from './queue-server.js';
import { contractOf } from './typed-queue-contract.js';

const WINDOW = { messages: 2_048, bytes: 4 * 1024 * 1024 };

/** `env`: beside what every run needs. */
export const startTypedQueue = (site: Site, env: NodeJS.ProcessEnv = {}): Promise<Broker> =>
  startQueueServer(site, {
    MAX_CONNECTIONS_PER_ADDRESS: '10000',
    CONTRACT: join(import.meta.dirname, 'typed-queue-served.js'),
    BENCH_QUEUES: site.queues.join(','),
    ...env,
  });

const connectTo = async ({ port, queue }: PublisherOptions) => {
  const client = connect(contractOf([queue]), { url: `http://127.0.0.1:${port}`, window: WINDOW });
  await new Promise<void>((resolve) => client.on('connected', () => resolve()));
  return client;
};

const publisher = async (options: PublisherOptions): Promise<Publisher> => {
  const client = await connectTo(options);
  return {
    publish: (product, acknowledged) =>
      void client.publish(options.queue, 'create', product).then(acknowledged),
  };
};

const subscriber = async (
  options: SubscriberOptions,
  handle: (product: Product) => void,
): Promise<Subscriber> => {
  const client = await connectTo(options);
  const { queue, group } = options;
  if (group !== undefined) {
    await client.subscribe(queue, { group, start: 'start' }, ({ payload }) => handle(payload)).ready;
    return { close: () => client.close() };
  }
  const tail = client.tail(queue);
  await tail.ready;
  const read = async (): Promise<void> => {
    for await (const { payload } of tail) handle(payload);
  };
  void read();
  return { close: () => client.close() };
};

export const typedQueue: Peer = {
  name: 'typed-queue',
  title: 'typed-queue',
  acknowledges: 'validated and fdatasync',
  abilities: ['group', 'fan-out', 'live', 'api'],
  version: () => Promise.resolve('of this checkout'),
  start: (site) => startTypedQueue(site),
  publisher,
  subscriber,
};
