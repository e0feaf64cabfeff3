import { Redis } from 'ioredis';
import { bodyOf, parseBody, type Product } from '../product.js';
import { libraryVersion } from './library-version.js';
import type { Layout, Peer, Publisher, Subscriber, SubscriberOptions } from './peer.js';
import { acknowledgesOf, redisVersion, startRedis, type AppendFsync } from './redis-server.js';
import { TickBatch } from './tick-batch.js';

/** Messages of an entry that is packed by hand. */
const PACKED = 100;
/** Entries of one read. */
const READ = { single: 1_000, packed: 20 };
const BLOCK_MS = 100;

/** `single`: an entry a message. `packed`: an entry holds what is published at once, as a JSON array. */
type Packing = 'single' | 'packed';

const connect = async (port: number): Promise<Redis> => {
  // Commands of one tick become one write.
  const redis = new Redis({ port, host: '127.0.0.1', enableAutoPipelining: true, lazyConnect: true });
  await redis.connect();
  return redis;
};

const prepare = async (port: number, { queues, groups }: Layout): Promise<void> => {
  const redis = await connect(port);
  await Promise.all(
    queues.flatMap((queue) => groups.map((group) => redis.xgroup('CREATE', queue, group, '0', 'MKSTREAM'))),
  );
  await redis.quit();
};

const singlePublisher = (redis: Redis, queue: string): Publisher => ({
  publish: (product, acknowledged) => void redis.xadd(queue, '*', 'm', bodyOf(product)).then(acknowledged),
});

const packedPublisher = (redis: Redis, queue: string): Publisher =>
  new TickBatch(PACKED, async (products) => {
    await redis.xadd(queue, '*', 'm', `[${products.map(bodyOf).join(',')}]`);
  });

const productsOf: Readonly<Record<Packing, (body: string) => readonly Product[]>> = {
  single: (body) => [parseBody(body)],
  // Safe: `packedPublisher` wrote it.
  packed: (body) => JSON.parse(body) as Product[],
};

type Entries = readonly (readonly [id: string, fields: readonly string[]])[];

/** Reads until it is closed; the acknowledgement of a read leaves together with the next read. */
class StreamConsumer implements Subscriber {
  readonly #redis: Redis;
  readonly #queue: string;
  readonly #group: string;
  readonly #handle: (body: string) => void;
  readonly #reading: Promise<void>;
  #isClosing = false;

  constructor({ port, queue, group = '' }: SubscriberOptions, count: number, handle: (body: string) => void) {
    this.#redis = new Redis({ port, host: '127.0.0.1' });
    this.#queue = queue;
    this.#group = group;
    this.#handle = handle;
    this.#reading = this.#read(count);
  }

  close(): Promise<void> {
    this.#isClosing = true;
    return this.#reading;
  }

  async #read(count: number): Promise<void> {
    const from = ['STREAMS', this.#queue, '>'] as const;
    let acknowledged: Promise<unknown> = Promise.resolve();
    while (!this.#isClosing) {
      const group = ['GROUP', this.#group, 'consumer', 'COUNT', count, 'BLOCK', BLOCK_MS] as const;
      const found = await this.#redis.xreadgroup(...group, ...from);
      // Safe: what XREADGROUP answers; null when nothing came.
      const entries = ((found ?? []) as readonly (readonly [string, Entries])[])[0]?.[1] ?? [];
      for (const [, fields] of entries) this.#handle(fields[1] ?? '');
      if (entries.length > 0) acknowledged = this.#acknowledge(entries);
    }
    await acknowledged;
    this.#redis.disconnect();
  }

  #acknowledge(entries: Entries): Promise<unknown> {
    return this.#redis.xack(this.#queue, this.#group, ...entries.map(([id]) => id));
  }
}

export const redisStreams = (appendFsync: AppendFsync, packing: Packing): Peer => ({
  name: `redis-${appendFsync}${packing === 'packed' ? '-packed' : ''}`,
  title: `Redis Streams${packing === 'packed' ? `, ${PACKED} packed by hand` : ''}, ${appendFsync}`,
  acknowledges: acknowledgesOf(appendFsync),
  abilities: ['group', 'fan-out'],
  version: async () => {
    const version = await redisVersion();
    return version && `redis-server ${version.slice(2)}, ${libraryVersion('ioredis')}`;
  },
  start: (site) => startRedis(site, appendFsync),
  prepare,
  publisher: async ({ port, queue }) => {
    const redis = await connect(port);
    return packing === 'single' ? singlePublisher(redis, queue) : packedPublisher(redis, queue);
  },
  subscriber: async (options, handle) =>
    new StreamConsumer(options, READ[packing], (body) => {
      for (const product of productsOf[packing](body)) handle(product);
    }),
});
