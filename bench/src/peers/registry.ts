import type { Peer } from './peer.js';
import type { NatsForm } from './typed-queue-nats.js';

type Loaders = Readonly<Record<string, () => Promise<Peer>>>;

const onNats = (name: string, title: string, form: Omit<NatsForm, 'name' | 'title'>): Loaders => ({
  [name]: async () => (await import('./typed-queue-nats.js')).typedQueueNats({ name, title, ...form }),
});

/** Each loads only its own client library. In the order of the tables. */
const loaders: Loaders = {
  'typed-queue': async () => (await import('./typed-queue.js')).typedQueue,
  'typed-queue-watched': async () => (await import('./typed-queue-watched.js')).typedQueueWatched,
  'typed-queue-redis': async () => (await import('./typed-queue-redis.js')).typedQueueRedis('always'),
  'typed-queue-redis-everysec': async () =>
    (await import('./typed-queue-redis.js')).typedQueueRedis('everysec'),
  ...onNats('typed-queue-nats', 'typed-queue on JetStream', { replicas: 1, servers: 1 }),
  ...onNats('typed-queue-nats-2', 'typed-queue on JetStream, 2 servers', { replicas: 1, servers: 2 }),
  ...onNats('typed-queue-nats-3', 'typed-queue on JetStream, 3 servers', { replicas: 1, servers: 3 }),
  ...onNats('typed-queue-nats-forwarded', 'typed-queue on JetStream, through another server', {
    replicas: 1,
    servers: 2,
    isForwarded: true,
  }),
  ...onNats('typed-queue-nats-r3', 'typed-queue on JetStream, 3 copies', { replicas: 3, servers: 1 }),
  'redis-always': async () => (await import('./redis-streams.js')).redisStreams('always', 'single'),
  'redis-everysec': async () => (await import('./redis-streams.js')).redisStreams('everysec', 'single'),
  'redis-always-packed': async () => (await import('./redis-streams.js')).redisStreams('always', 'packed'),
  rabbitmq: async () => (await import('./rabbitmq.js')).rabbitMq,
  jetstream: async () => (await import('./jetstream.js')).jetStream('api'),
  'jetstream-raw': async () => (await import('./jetstream.js')).jetStream('raw'),
  'jetstream-r3': async () => (await import('./jetstream.js')).jetStream('api', 3),
  'jetstream-raw-r3': async () => (await import('./jetstream.js')).jetStream('raw', 3),
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
  'typed-queue-nats-2',
  'typed-queue-nats-3',
  'typed-queue-nats-forwarded',
  'typed-queue-nats-r3',
  'jetstream-r3',
  'jetstream-raw-r3',
];

export const defaultPeers: readonly string[] = peerNames.filter((name) => !SPECIAL.includes(name));

/** @throws Error that names the peers there are */
export const loadPeer = async (name: string): Promise<Peer> => {
  const load = loaders[name];
  if (load === undefined) throw new Error(`There is no peer "${name}": ${peerNames.join(', ')}.`);
  return load();
};
