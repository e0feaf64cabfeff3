import { contract as systemContract, type Contract } from '@typed-queue/contracts';
import { Authenticator, type Metric } from '@typed-queue/program';
import type { Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { PrincipalGroupQuotas } from './access/group-quota.js';
import { withCallLogs } from './calls/durable/call-logs.js';
import type { GroupDelivery } from './delivery/group-delivery.js';
import { PublishGate } from './delivery/publish-gate.js';
import { Calls } from './calls/calls.js';
import { clientAccess, clientDeps } from './client-access.js';
import type { Engine } from './engine/engine.js';
import { refuseAsynchronousSchemas } from './guard/asynchronous-schemas.js';
import { Guard } from './guard/guard.js';
import { ServedSchemas } from './guard/served-schemas.js';
import { DEFAULT_MAX_GROUPS } from './engine/local-options.js';
import { limitsOf } from './limits.js';
import { FlushCounts } from './metrics/flush-counts.js';
import { MACHINE_CLOCK, openDelivery } from './open-delivery.js';
import { openSchedule } from './open-schedule.js';
import { openObservation } from './open-observation.js';
import type { Storage } from './open-engine.js';
import { OperatorLog } from './operator-log/operator-log.js';
import { ContractReports } from './overview/contract-reports.js';
import { reload } from './reload.js';
import { DEFAULT_DRAIN_MS, type ServingOptions } from './server-options.js';
import { readMetrics, serverPages } from './server-pages.js';
import { abandon, cutOff, stop } from './shutdown.js';
import { servedContracts } from './stored-contracts.js';
import { openHttp } from './transport/open-http.js';
import { serveSessions } from './transport/session-server.js';

/** All of a queue server but where its connections come from: it does not listen. */
export interface InnerServer {
  readonly http: HttpServer;
  readonly log: OperatorLog;
  /** Serves a connection that comes by a stream, which has what a server asks of a TCP socket. */
  accept(stream: Duplex): void;
  /** Its metrics at the moment, but those of the process. */
  metrics(): Promise<readonly Metric[]>;
  /** Whether members hold no messages, and all outcomes are durable. */
  readonly isIdle: () => boolean;
  readonly reload: () => Promise<void>;
  /** Keys were read again: reviews the principals of all connections. */
  readonly reviewPrincipals: () => void;
  readonly close: () => Promise<void>;
  /** Cuts all connections and sends nothing more, as a killed process. What the engine owns stays open. */
  readonly kill: () => Promise<void>;
  /** Ends a server that nobody can connect to. */
  abandon(): Promise<void>;
}

/** What is put together before the server. */
interface Opening {
  readonly logger: Logger;
  /** Whether its connections are of fronts. Default: false. */
  readonly isBehindFronts?: boolean | undefined;
  readonly openEngine: (contract: Contract, flushes: FlushCounts) => Promise<Engine>;
}

/** Opens the engine and everything on it: it runs, but nobody can connect yet. */
export const openInnerServer = async (
  options: ServingOptions & Storage,
  { logger, openEngine, isBehindFronts }: Opening,
): Promise<InnerServer> => {
  const contract = withCallLogs(options.contract ?? systemContract);
  await refuseAsynchronousSchemas(contract);
  const flushes = new FlushCounts();
  const engine = await openEngine(contract, flushes);
  const running = await run({ engine, flushes }, contract, { logger, isBehindFronts }, options);
  const draining = { drainMs: options.drainMs ?? DEFAULT_DRAIN_MS, handsOver: isBehindFronts };
  let closed: Promise<void> | undefined;
  return {
    http: running.http,
    log: running.log,
    accept: (stream) => void running.http.emit('connection', stream),
    metrics: () => readMetrics(running.shown),
    isIdle: () => running.delivery.idle,
    reload: () => reload(running, options.tls),
    reviewPrincipals: running.reviewPrincipals,
    close: () => (closed ??= stop(running, engine, draining)),
    kill: () => cutOff(running),
    abandon: () => abandon(running, engine),
  };
};

interface MeasuredEngine {
  readonly engine: Engine;
  readonly flushes: FlushCounts;
}

/** Puts the server together: everything runs, but nobody can connect yet. */
const run = async (
  { engine, flushes }: MeasuredEngine,
  contract: Contract,
  { logger, isBehindFronts }: Pick<Opening, 'logger' | 'isBehindFronts'>,
  options: ServingOptions & Storage,
) => {
  const log = new OperatorLog(logger);
  const { schemas, guard } = await openGuard(contract, options);
  const queues = Object.keys(contract);
  const authenticator = options.authenticator ?? (await Authenticator.open({ tokens: options.keys }));
  const delivering = openDelivery(engine, { queues, guard, log, clock: options.clock });
  const services = await openServices({ ...delivering, engine, contract }, log, options);
  const shared = { ...delivering, ...services, ...sharedDeps(log, authenticator, options), isBehindFronts };
  const connections = (): number => io.of('/').sockets.size;
  const observing = openObservation({ ...shared, engine, contract, connections }, options);
  const shown = { ...options, ...shared, engine, flushes, queues, connections };
  const served = openHttp(serverPages(shown), limitsOf(options), options.tls);
  const { io, reviewPrincipals } = serveSessions({
    ...shared,
    ...clientAccess(options, authenticator),
    groupQuotas: groupQuotas(options, delivering.delivery),
    ...log.connections,
    ...(await servedSchemas(schemas, engine, log, options.dataDir)),
    ...observing,
    http: served.http,
    guard,
    onConnection: log.connection,
  });
  return { ...served, io, log, authenticator, reviewPrincipals, shown, ...shared, ...observing };
};

/** What the connections of clients and the pages share. */
const sharedDeps = (log: OperatorLog, authenticator: Authenticator, options: ServingOptions) => ({
  ...clientDeps(log, authenticator, options),
  contractReports: new ContractReports(() => (options.clock ?? MACHINE_CLOCK).wallNow()),
});

const openGuard = async (contract: Contract, options: ServingOptions) => {
  const schemas = await ServedSchemas.open(contract);
  return { schemas, guard: new Guard(contract, { sizes: limitsOf(options), scans: schemas.scans }) };
};

interface ServedQueues {
  readonly engine: Engine;
  readonly contract: Contract;
  readonly delivery: GroupDelivery;
}

/** What is open before anybody connects. */
const openServices = async (served: ServedQueues, log: OperatorLog, options: ServingOptions) => {
  const { engine, contract } = served;
  const calls = await openCalls(served, log, options.clock);
  const publishGate = new PublishGate(engine);
  const { maxScheduled } = limitsOf(options);
  const scheduling = { engine, contract, publishGate, maxScheduled, clock: options.clock };
  return { calls, publishGate, schedule: await openSchedule(scheduling, log) };
};

const openCalls = async (
  { engine, contract, delivery }: ServedQueues,
  { failure: onError, callsUndeclared: onUndeclared }: OperatorLog,
  clock = MACHINE_CLOCK,
): Promise<Calls> => {
  const calls = new Calls(contract, clock);
  await calls.openDurable({ engine, delivery, clock, onError, onUndeclared });
  return calls;
};

const servedSchemas = async (
  schemas: ServedSchemas,
  engine: Engine,
  log: OperatorLog,
  dataDir: string | undefined,
) => {
  for (const change of schemas.valueChanges) log.schemaChangesValue(change);
  const { fingerprints } = schemas;
  return {
    schemas,
    servedContract: await servedContracts(fingerprints, engine, dataDir, log.contractNotStored),
  };
};

const groupQuotas = (
  { maxGroups = DEFAULT_MAX_GROUPS }: ServingOptions,
  delivery: GroupDelivery,
): PrincipalGroupQuotas =>
  new PrincipalGroupQuotas(maxGroups, (queue, group) => delivery.hasGroup(queue, group));
