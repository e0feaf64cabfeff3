import type { Peer } from './peer.js';

/** Each loads only its own client library. In the order of the tables. */
const loaders: Readonly<Record<string, () => Promise<Peer>>> = {
  'typed-queue': async () => (await import('./typed-queue.js')).typedQueue,
  'typed-queue-watched': async () => (await import('./typed-queue-watched.js')).typedQueueWatched,
  'typed-queue-redis': async () => (await import('./typed-queue-stored.js')).typedQueueRedis('always'),
  'typed-queue-redis-everysec': async () =>
    (await import('./typed-queue-stored.js')).typedQueueRedis('everysec'),
  'typed-queue-nats': async () => (await import('./typed-queue-stored.js')).typedQueueNats,
  'redis-always': async () => (await import('./redis-streams.js')).redisStreams('always', 'single'),
  'redis-everysec': async () => (await import('./redis-streams.js')).redisStreams('everysec', 'single'),
  'redis-always-packed': async () => (await import('./redis-streams.js')).redisStreams('always', 'packed'),
  rabbitmq: async () => (await import('./rabbitmq.js')).rabbitMq,
  jetstream: async () => (await import('./jetstream.js')).jetStream('api'),
  'jetstream-raw': async () => (await import('./jetstream.js')).jetStream('raw'),
  'nats-core': async () => (await import('./nats-core.js')).natsCore,
  bullmq: async () => (await import('./bullmq.js')).bullMq,
  mosquitto: async () => (await import('./mosquitto.js')).mosquitto,
  'typed-queue-calls': async () => (await import('./typed-queue-calls.js')).typedQueueCalls,
  'socket.io-relay': async () => (await import('./socket-io-relay.js')).socketIoRelay,
  trpc: async () => (await import('./trpc.js')).trpc,
  'nats-request': async () => (await import('./nats-request.js')).natsRequest,
  'socket.io': async () => (await import('./socket-io.js')).socketIo,
};

export const peerNames: readonly string[] = Object.keys(loaders);

/** Compared with one of the others only. */
const SPECIAL: readonly string[] = [
  'typed-queue-watched',
  'typed-queue-redis',
  'typed-queue-redis-everysec',
  'typed-queue-nats',
];

export const defaultPeers: readonly string[] = peerNames.filter((name) => !SPECIAL.includes(name));

/** @throws Error that names the peers there are */
export const loadPeer = async (name: string): Promise<Peer> => {
  const load = loaders[name];
  if (load === undefined) throw new Error(`There is no peer "${name}": ${peerNames.join(', ')}.`);
  return load();
};
