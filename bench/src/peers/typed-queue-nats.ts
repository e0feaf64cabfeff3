import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './broker-process.js';
import { natsVersion, startNats, startNatsCluster } from './nats-server.js';
import type { Broker, Peer, Site } from './peer.js';
import { startTypedQueue, typedQueue } from './typed-queue.js';

export interface NatsForm {
  readonly name: string;
  readonly title: string;
  /** Copies, each on a nats-server of its own. */
  readonly replicas: 1 | 3;
  /** Queue servers, to which clients connect in turn. */
  readonly servers: number;
  /** Clients connect to servers alone that have no queue. */
  readonly isForwarded?: boolean;
}

/** Longer than a queue takes to move to a server that joined. */
const SETTLED_MS = 3_000;
const POLL_MS = 100;
const LIMIT_MS = 60_000;
/** In the metrics of the server that has it. */
const OF_THE_QUEUE = 'typed_queue_groups{messaging_destination_name="queue-0"}';

/** This project on JetStream: nats-servers and queue servers are the broker. */
export const typedQueueNats = (form: NatsForm): Peer => ({
  ...typedQueue,
  name: form.name,
  title: form.title,
  acknowledges: `validated; page cache${form.replicas === 3 ? ' of two of three' : ''}, fsync every 2 minutes`,
  abilities: ['group', 'fan-out', 'live'],
  version: () => natsVersion('@nats-io/jetstream'),
  start: (site) => start(site, form),
});

const start = async (site: Site, { replicas, servers, isForwarded = false }: NatsForm): Promise<Broker> => {
  const store = await startStore(site, replicas);
  const storage = `nats://${store.ports.map((port) => `127.0.0.1:${port}`).join(',')}`;
  const ports = await Promise.all(Array.from({ length: servers }, freePort));
  const started = await Promise.all(
    ports.map((port) => startTypedQueue({ ...site, port }, { STORAGE: storage, NATS_SPREAD: 'true' })),
  );
  const brokers = [...started, store];
  return {
    ports: isForwarded ? await withoutQueues(ports) : ports,
    pids: brokers.flatMap(({ pids }) => pids),
    stop: async () => {
      for (const broker of brokers) await broker.stop();
    },
  };
};

const startStore = async (
  site: Site,
  replicas: NatsForm['replicas'],
): Promise<Broker & { readonly ports: readonly number[] }> => {
  const folder = join(site.folder, 'nats');
  await mkdir(folder);
  const port = await freePort();
  if (replicas === 3) return startNatsCluster({ ...site, folder, port });
  return { ...(await startNats({ ...site, folder, port }, ['-js', '-sd', folder])), ports: [port] };
};

/** Those of the servers that do not have the queue of the measure. */
const withoutQueues = async (ports: readonly number[]): Promise<readonly number[]> => {
  await sleep(SETTLED_MS);
  const until = performance.now() + LIMIT_MS;
  while (performance.now() < until) {
    const texts = await Promise.all(
      ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()),
    );
    const free = ports.filter((_, index) => texts[index]?.includes(OF_THE_QUEUE) === false);
    if (free.length === ports.length - 1) return free;
    await sleep(POLL_MS);
  }
  throw new Error(`Not one of the servers had the queue within ${LIMIT_MS / 1_000} s.`);
};
