import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './broker-process.js';
import type { Broker, Peer, Site } from './peer.js';
import { acknowledgesOf, redisVersion, startRedis, type AppendFsync } from './redis-server.js';
import { startTypedQueue, typedQueue } from './typed-queue.js';

/** This project with its data in Redis: both are the broker. */
export const typedQueueRedis = (appendFsync: AppendFsync): Peer => ({
  ...typedQueue,
  name: appendFsync === 'always' ? 'typed-queue-redis' : 'typed-queue-redis-everysec',
  title: `typed-queue on Redis, ${appendFsync}`,
  acknowledges: `validated and ${acknowledgesOf(appendFsync)}`,
  abilities: ['group', 'fan-out', 'live'],
  version: redisVersion,
  start: (site) => start(site, appendFsync),
});

const start = async (site: Site, appendFsync: AppendFsync): Promise<Broker> => {
  const folder = join(site.folder, 'redis');
  await mkdir(folder);
  const port = await freePort();
  const redis = await startRedis({ ...site, folder, port }, appendFsync);
  const server = await startTypedQueue(site, { STORAGE: `redis://127.0.0.1:${port}` });
  return {
    pids: [...server.pids, ...redis.pids],
    stop: async () => {
      await server.stop();
      await redis.stop();
    },
  };
};
