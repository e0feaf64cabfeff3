import { contract as systemContract, newId } from '@typed-queue/contracts';
import { Authenticator, unrefAfter } from '@typed-queue/program';
import { hostname } from 'node:os';
import { pino } from 'pino';
import { refuseAsynchronousSchemas } from '../guard/asynchronous-schemas.js';
import { connectNats, type NatsClient } from '../engine/nats/connection.js';
import { failureOf } from '../engine/nats/failure.js';
import { seeLease } from '../engine/nats/see-lease.js';
import { openOwnerBucket } from '../engine/nats/open-owner-bucket.js';
import { replicasOf } from '../engine/nats/replicas.js';
import { checkServer } from '../engine/nats/server-check.js';
import { natsMissing, noBackup } from '../engine/nats/store-errors.js';
import { refuseOneServer } from '../engine/nats/store-streams.js';
import { DEFAULT_PREFIX } from '../engine/remote/store-prefix.js';
import type { StartedServer } from '../server.js';
import type { QueueServerOptions, ServingOptions } from '../server-options.js';
import { budgetOf } from '../access/budget.js';
import { ClusterNames } from './cluster-names.js';
import { startFront, type Front } from './front/open-front.js';
import { LocalUnits, type NatsUnitOptions } from './local-units.js';
import { Members } from './placement/members.js';
import { Placement } from './placement/placement.js';
import { SeenLeases } from './seen-leases.js';
import { UnitFinder } from './unit-finder.js';

type ClusterOptions = QueueServerOptions & Pick<ServingOptions, 'budget'> & { readonly storage: 'nats' };

interface Running {
  readonly client: NatsClient;
  readonly local: LocalUnits;
  readonly placement: Placement;
  readonly front: Front;
}

const now = (): number => performance.now();
/** For how long requests that are under way may take when the start failed. */
const ENDING_MS = 1_000;

/**
 * Starts one of several queue servers on one NATS, each of which serves every client: resolves when it listens. Each queue is
 * served by one of them, the others pass its requests on.
 * @throws as `startQueueServer`
 */
export const startClusterServer = async (options: ClusterOptions): Promise<StartedServer> => {
  const { contract = systemContract, natsUrl: url, natsTls: tls, natsCredentials: credentials } = options;
  await refuseAsynchronousSchemas(contract);
  const authenticator = options.authenticator ?? (await Authenticator.open({ tokens: options.keys }));
  const client = await connectNats({ url, tls, credentials });
  const ended = new AbortController();
  const signal = AbortSignal.any([...(options.signal === undefined ? [] : [options.signal]), ended.signal]);
  const running = run(client, { ...options, authenticator, signal, budget: budgetOf(options) });
  try {
    return served(await Promise.race([running, refusalOf(client)]));
  } catch (error) {
    ended.abort(error);
    const hasEnded = running.catch(() => undefined);
    await Promise.race([hasEnded, new Promise<void>((resolve) => void unrefAfter(ENDING_MS, resolve))]);
    await client.connection.close();
    await hasEnded;
    throw error;
  }
};

/** Rejects when NATS does not let this server do what it asks: such requests are not answered. */
const refusalOf = async ({ connection }: NatsClient): Promise<never> => {
  for await (const status of connection.status()) {
    if (status.type === 'error' && failureOf(status.error) === 'forbidden') throw natsMissing(status.error);
  }
  return new Promise(() => undefined);
};

const run = async (client: NatsClient, options: ClusterOptions): Promise<Running> => {
  const { contract = systemContract, natsPrefix: prefix = DEFAULT_PREFIX } = options;
  const { logger = pino({ level: 'silent' }) } = options;
  const { connection } = client;
  const names = new ClusterNames(prefix);
  const id = newId();
  const { natsReplicas, signal } = options;
  await checkSubscribing(client, names);
  const members = await join(client, { prefix, id, natsReplicas, signal });
  const leases = new SeenLeases((queue) => seeLease(client.buckets, names.storeOf(queue)));
  const local = new LocalUnits({ options: unitOptionsOf(options), contract, names, connection, leases });
  const placement = new Placement({
    queues: Object.keys(contract),
    self: id,
    members,
    start: (queue, signal) => local.start(queue, signal),
    onSuspicion: (queue) => void leases.look(queue),
    onError: (queue, err) => logger.error({ err, queue }, `the queue "${queue}" is started again`),
    after: unrefAfter,
  });
  const finder = new UnitFinder({ local, names, connection, now, after: unrefAfter });
  const links = (queue: string, signal: AbortSignal) => finder.connect(queue, signal);
  const front = await startFront(options, { links, units: () => local.all(), noBackup });
  return { client, local, placement, front };
};

/** Subscribes once, to check the permission. @throws QueueError `config_invalid` when NATS denies it */
const checkSubscribing = async ({ connection }: NatsClient, names: ClusterNames): Promise<void> => {
  const refusals: Error[] = [];
  const heard = connection.subscribe(names.subjectOf('?'), {
    callback: (error) => {
      if (error !== null) refusals.push(error);
    },
  });
  await connection.flush();
  heard.unsubscribe();
  const [refusal] = refusals;
  if (refusal !== undefined) throw natsMissing(refusal);
};

interface Joining {
  readonly prefix: string;
  readonly id: string;
  readonly natsReplicas: number | undefined;
  readonly signal: AbortSignal | undefined;
}

const join = async (client: NatsClient, { prefix, id, natsReplicas, signal }: Joining): Promise<Members> => {
  await checkServer(client, unrefAfter);
  await refuseOneServer({ jsm: client.jsm, prefix });
  const replicas = await replicasOf(client, { prefix, replicas: natsReplicas, after: unrefAfter });
  const bucket = await openOwnerBucket(client.buckets, { prefix, replicas, after: unrefAfter });
  const self = { id, name: hostname() };
  return Members.join({ bucket, self, now, after: unrefAfter }, signal);
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
    await Promise.all([placement.close(), front.drain()]);
    await front.close();
    await client.connection.close();
  };
  return {
    url: front.url,
    reload: async () => {
      await front.reload();
      local.reviewPrincipals();
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
