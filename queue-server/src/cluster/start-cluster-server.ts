import { contract as systemContract, newId } from '@typed-queue/contracts';
import { unrefAfter } from '@typed-queue/program';
import { hostname } from 'node:os';
import { pino } from 'pino';
import { refuseAsynchronousSchemas } from '../guard/asynchronous-schemas.js';
import { connectNats, type NatsClient } from '../engine/nats/connection.js';
import { openBucket, ownerBucket } from '../engine/nats/owner-buckets.js';
import { replicasOf } from '../engine/nats/replicas.js';
import { checkServer } from '../engine/nats/server-check.js';
import type { StartedServer } from '../server.js';
import type { QueueServerOptions } from '../server-options.js';
import { ClusterNames } from './cluster-names.js';
import { startFront, type Front } from './front/open-front.js';
import { LocalUnits, type NatsUnitOptions } from './local-units.js';
import { Members } from './placement/members.js';
import { Placement } from './placement/placement.js';
import { UnitFinder } from './unit-finder.js';

type ClusterOptions = QueueServerOptions & { readonly storage: 'nats' };

interface Running {
  readonly client: NatsClient;
  readonly local: LocalUnits;
  readonly placement: Placement;
  readonly front: Front;
}

const DEFAULT_PREFIX = 'queue';
const now = (): number => performance.now();

/**
 * Starts one of several queue servers on one NATS, each of which serves every client: resolves when it listens. Each queue is
 * served by one of them, the others pass its requests on.
 * @throws as `startQueueServer`
 */
export const startClusterServer = async (options: ClusterOptions): Promise<StartedServer> => {
  const { contract = systemContract, natsUrl: url, natsTls: tls, natsCredentials: credentials } = options;
  await refuseAsynchronousSchemas(contract);
  const client = await connectNats({ url, tls, credentials });
  try {
    return served(await run(client, options));
  } catch (error) {
    await client.connection.close();
    throw error;
  }
};

const run = async (client: NatsClient, options: ClusterOptions): Promise<Running> => {
  const { contract = systemContract, natsPrefix: prefix = DEFAULT_PREFIX } = options;
  const { logger = pino({ level: 'silent' }) } = options;
  const { connection } = client;
  const names = new ClusterNames(prefix);
  const id = newId();
  const members = await join(client, { prefix, id, natsReplicas: options.natsReplicas });
  const local = new LocalUnits({ options: unitOptionsOf(options), contract, names, connection });
  const placement = new Placement({
    queues: Object.keys(contract),
    self: id,
    members,
    start: (queue, signal) => local.start(queue, signal),
    onError: (queue, err) => logger.error({ err, queue }, `the queue "${queue}" is started again`),
    after: unrefAfter,
  });
  const finder = new UnitFinder({ local, names, connection, now, after: unrefAfter });
  const links = (queue: string, signal: AbortSignal) => finder.connect(queue, signal);
  const front = await startFront(options, { links, units: () => local.all() });
  return { client, local, placement, front };
};

interface Joining {
  readonly prefix: string;
  readonly id: string;
  readonly natsReplicas: number | undefined;
}

const join = async (client: NatsClient, { prefix, id, natsReplicas }: Joining): Promise<Members> => {
  await checkServer(client, unrefAfter);
  const replicas = await replicasOf(client, { prefix, replicas: natsReplicas, after: unrefAfter });
  const bucket = await openBucket(client.buckets, ownerBucket(prefix), { replicas, storage: 'file' });
  const self = { id, name: hostname(), number: 1 };
  return Members.join({ bucket, self, now, after: unrefAfter });
};

/** Without what only a front has. */
const unitOptionsOf = ({
  host: _host,
  port: _port,
  origins: _origins,
  allowedHosts: _allowedHosts,
  auth: _auth,
  trustedProxies: _trustedProxies,
  dashboard: _dashboard,
  tls: _tls,
  ...options
}: ClusterOptions): NatsUnitOptions => options;

const served = ({ client, local, placement, front }: Running): StartedServer => {
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await placement.close();
    await front.close();
    await client.connection.close();
  };
  return {
    url: front.url,
    reload: async () => {
      await front.reload();
      await local.reload();
    },
    close: () => (closed ??= close()),
    isIdle: () => local.all().every((unit) => unit.isIdle()),
    kill: async () => {
      await client.connection.close();
      await Promise.all(local.all().map((unit) => unit.kill()));
      await front.close();
    },
  };
};
