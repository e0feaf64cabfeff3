import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './broker-process.js';
import { natsVersion, startNats } from './nats-server.js';
import type { Broker, Peer, Site } from './peer.js';
import { acknowledgesOf, redisVersion, startRedis, type AppendFsync } from './redis-server.js';
import { startTypedQueue, typedQueue } from './typed-queue.js';

interface Store {
  readonly scheme: 'redis' | 'nats';
  readonly start: (site: Site) => Promise<Broker>;
}

/** This project with its data in a store of its own: both are the broker. */
const typedQueueStored = (
  store: Store,
  peer: Pick<Peer, 'name' | 'title' | 'acknowledges' | 'version'>,
): Peer => ({
  ...typedQueue,
  ...peer,
  abilities: ['group', 'fan-out', 'live'],
  start: (site) => startBoth(site, store),
});

export const typedQueueRedis = (appendFsync: AppendFsync): Peer =>
  typedQueueStored(
    { scheme: 'redis', start: (site) => startRedis(site, appendFsync) },
    {
      name: appendFsync === 'always' ? 'typed-queue-redis' : 'typed-queue-redis-everysec',
      title: `typed-queue on Redis, ${appendFsync}`,
      acknowledges: `validated and ${acknowledgesOf(appendFsync)}`,
      version: redisVersion,
    },
  );

export const typedQueueNats: Peer = typedQueueStored(
  { scheme: 'nats', start: (site) => startNats(site, ['-js', '-sd', site.folder]) },
  {
    name: 'typed-queue-nats',
    title: 'typed-queue on JetStream',
    acknowledges: 'validated; page cache, fsync every 2 minutes',
    version: () => natsVersion('@nats-io/jetstream'),
  },
);

const startBoth = async (site: Site, { scheme, start }: Store): Promise<Broker> => {
  const folder = join(site.folder, scheme);
  await mkdir(folder);
  const port = await freePort();
  const store = await start({ ...site, folder, port });
  const server = await startTypedQueue(site, { STORAGE: `${scheme}://127.0.0.1:${port}` });
  return {
    pids: [...server.pids, ...store.pids],
    stop: async () => {
      await server.stop();
      await store.stop();
    },
  };
};
