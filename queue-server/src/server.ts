import { contract as systemContract, type Contract } from '@typed-queue/contracts';
import { accessPolicy, arrivalOf, Authenticator, unrefAfter, type AccessPolicy } from '@typed-queue/program';
import { Server as TlsServer } from 'node:tls';
import { pino, type Logger } from 'pino';
import { MemoryBudget } from './access/budget.js';
import type { Certificate } from './access/certificate.js';
import { PrincipalGroupQuotas } from './access/group-quota.js';
import { ADDRESS_HANDSHAKES, HandshakeRates, PRINCIPAL_HANDSHAKES } from './access/handshake-rates.js';
import { isRateLimited, RateLimits } from './access/rate-limits.js';
import { RefusalCounts } from './access/refusal-counts.js';
import { WrongKeys } from './access/wrong-keys.js';
import { withCallLogs } from './calls/durable/call-logs.js';
import type { GroupDelivery } from './delivery/group-delivery.js';
import { PublishGate } from './delivery/publish-gate.js';
import { Calls } from './calls/calls.js';
import type { Engine } from './engine/engine.js';
import { refuseAsynchronousSchemas } from './guard/asynchronous-schemas.js';
import { Guard } from './guard/guard.js';
import { ServedSchemas } from './guard/served-schemas.js';
import { DEFAULT_MAX_GROUPS } from './engine/local-options.js';
import { limitsOf, type Limits } from './limits.js';
import { FlushCounts } from './metrics/flush-counts.js';
import { MACHINE_CLOCK, openDelivery } from './open-delivery.js';
import { openSchedule } from './open-schedule.js';
import { openObservation } from './open-observation.js';
import { openEngine, type Storage } from './open-engine.js';
import { OperatorLog } from './operator-log/operator-log.js';
import { ContractReports } from './overview/contract-reports.js';
import { everybodyMay, refuseOpen } from './access/openness.js';
import { DEFAULT_HOST, type QueueServerOptions, type ServingOptions } from './server-options.js';
import { serverPages } from './server-pages.js';
import { abandon, cutOff, stop } from './shutdown.js';
import { Standby } from './standby.js';
import { servedContracts } from './stored-contracts.js';
import type { AdmissionOptions } from './transport/connection-admission.js';
import { createHttpServer, listen } from './transport/http-server.js';
import { TlsHandshakes } from './transport/tls-handshakes.js';
import { serveSockets } from './transport/socket-server.js';
import { StoreBacklog } from './transport/store-backlog.js';

export interface QueueServer {
  /** Where clients connect to. */
  readonly url: string;
  /** Reads the keys file and the certificate again. A failure is logged, and the former stays in use. */
  reload(): Promise<void>;
  /** Refuses publishes, stops delivering, waits for outcomes, releases the rest uncounted, flushes and closes. */
  close(): Promise<void>;
}

const DEFAULT_MEMORY_BUDGET = 256 * 1024 * 1024;

/** A server in the hands of a test. */
export interface StartedServer extends QueueServer {
  /** Whether members hold no messages, and all outcomes are durable. */
  isIdle(): boolean;
  /** Cuts all connections and sends nothing more, as a killed process. What the engine owns stays open. */
  kill(): Promise<void>;
}

/**
 * Starts a queue server; resolves when it listens.
 * @throws QueueError `request_invalid` for options that are unknown, wrong or contradictory, and for a `host` that others
 * reach without keys; `contract_invalid` for asynchronous schemas, `data_dir_in_use`, `journal_unsupported`; an Error with
 * a `code` when the port is taken
 */
export const startQueueServer = async (options: QueueServerOptions): Promise<QueueServer> => {
  // The program has checked its configuration already, and does not load this.
  const { checkServerOptions } = await import('./option-check.js');
  await checkServerOptions(options);
  const { auth, host = DEFAULT_HOST, logger } = options;
  if (auth === 'none') logger?.warn(everybodyMay("auth: 'none'", host));
  return startServer(options);
};

/**
 * The same with options that were checked: for the program, and for the test kit, where `around` puts something between
 * the engine and everything that uses it.
 */
export const startServer = async (
  options: QueueServerOptions,
  around: (engine: Engine) => Engine = (engine) => engine,
): Promise<StartedServer> => {
  const { logger = pino({ level: 'silent' }), host = DEFAULT_HOST } = options;
  const contract = withCallLogs(options.contract ?? systemContract);
  refuseOpen({ ...options, host });
  await refuseAsynchronousSchemas(contract);
  const flushes = new FlushCounts();
  const standby = new Standby(options, logger);
  const opened = await standby.during((onWaiting) =>
    openEngine(options, contract, { logger, flushes, onWaiting }),
  );
  const engine = around(opened);
  const running = await run({ engine, flushes }, contract, logger, options);
  const place = { host, port: standby.port ?? options.port ?? 0, tls: options.tls };
  const url = await listening(running, engine, place);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= stop(running, engine, options.drainMs ?? 20_000).then(() => logger.info('closed')));
  return {
    url,
    reload: () => reload(running, options.tls),
    close,
    isIdle: () => running.delivery.idle,
    kill: () => cutOff(running),
  };
};

/** Resolves with its URL when it listens; ends it when it cannot. */
const listening = async (
  running: Running,
  engine: Engine,
  place: Parameters<typeof listen>[1],
): Promise<string> => {
  const url = await listen(running.http, place).catch(async (error: unknown) => {
    await abandon(running, engine);
    throw error;
  });
  // Such as a shortage of descriptors: the client loses its connection, and the server goes on.
  running.http.on('error', running.log.connections.onAcceptError);
  return url;
};

interface MeasuredEngine {
  readonly engine: Engine;
  readonly flushes: FlushCounts;
}

/** Puts the server together: everything runs, but nobody can connect yet. */
const run = async (
  { engine, flushes }: MeasuredEngine,
  contract: Contract,
  logger: Logger,
  options: ServingOptions & Storage,
) => {
  const log = new OperatorLog(logger);
  const { schemas, guard } = await openGuard(contract, options);
  const queues = Object.keys(contract);
  const authenticator = options.authenticator ?? (await Authenticator.open({ tokens: options.keys }));
  const delivering = openDelivery(engine, { queues, guard, log, clock: options.clock });
  const services = await openServices({ ...delivering, engine, contract }, log, options);
  const shared = { ...delivering, ...services, ...sharedDeps(log, authenticator, options) };
  const connections = (): number => io.of('/').sockets.size;
  const observing = openObservation({ ...shared, engine, contract, connections }, options);
  const pages = serverPages({ ...options, ...shared, engine, flushes, queues, connections });
  const http = createHttpServer(pages, { ...limitsOf(options), secure: options.tls?.options });
  const tlsHandshakes = options.tls && new TlsHandshakes(http);
  const { io, reviewPrincipals } = serveSockets({
    ...shared,
    ...clientAccess(options, authenticator, delivering.delivery),
    ...log.connections,
    ...(await servedSchemas(schemas, engine, log, options.dataDir)),
    ...observing,
    http,
    guard,
    onConnection: log.connection,
  });
  return { http, tlsHandshakes, io, log, authenticator, reviewPrincipals, ...shared, ...observing };
};

/** What the connections of clients and the pages share. */
const sharedDeps = (log: OperatorLog, authenticator: Authenticator, options: ServingOptions) => ({
  ...clientLimits(limitsOf(options), authenticator, options.now),
  budget: new MemoryBudget(options.memoryBudget ?? DEFAULT_MEMORY_BUDGET),
  storeBacklog: new StoreBacklog(),
  refusals: new RefusalCounts(),
  trustedProxies: options.trustedProxies ?? 0,
  audit: log.audit,
  onError: log.failure,
  onStalled: log.backupStalled,
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

type Running = Awaited<ReturnType<typeof run>>;

/** Who may connect, and how many groups each may make. */
const clientAccess = (options: ServingOptions, authenticator: Authenticator, delivery: GroupDelivery) => ({
  ...admissionOptions(options, limitsOf(options)),
  access: accessOf(options, authenticator),
  groupQuotas: groupQuotas(options, delivery),
});

/** Through proxies, all clients come from a few addresses: the address that the proxies report counts. */
const admissionOptions = (
  { trustedProxies = 0, after = unrefAfter }: ServingOptions,
  { maxConnections, maxConnectionsPerAddress, handshakeTimeoutMs }: Limits,
): AdmissionOptions => ({
  maxConnections,
  maxConnectionsPerAddress,
  handshakeTimeoutMs,
  after,
  addressOf: (request) => arrivalOf(request, trustedProxies).clientAddress,
  isProxy: () => trustedProxies > 0,
});

/** Limits of each client, whatever resources the server has left. */
const clientLimits = (limits: Limits, authenticator: Authenticator, now = () => performance.now()) => ({
  now,
  rates: new RateLimits(limits, now),
  handshakes: {
    addresses: new HandshakeRates(isRateLimited(limits) ? ADDRESS_HANDSHAKES : undefined, now),
    principals: new HandshakeRates(isRateLimited(limits) ? PRINCIPAL_HANDSHAKES : undefined, now),
  },
  wrongKeys: new WrongKeys({ authenticator, mostPerMinute: limits.maxWrongKeys, now }),
  limits: { maxSubscriptions: limits.maxSubscriptions, maxGroups: limits.maxGroupsPerConnection },
});

const groupQuotas = (
  { maxGroups = DEFAULT_MAX_GROUPS }: ServingOptions,
  delivery: GroupDelivery,
): PrincipalGroupQuotas =>
  new PrincipalGroupQuotas(maxGroups, (queue, group) => delivery.hasGroup(queue, group));

const accessOf = (
  { host = DEFAULT_HOST, allowedHosts = [], origins = [] }: ServingOptions,
  { isRequired }: Authenticator,
): AccessPolicy => accessPolicy({ host, allowedHosts, origins, keysRequired: isRequired });

const reload = async (running: Running, tls: Certificate | undefined): Promise<void> => {
  await reloadKeys(running);
  if (tls !== undefined) await reloadCertificate(running, tls);
};

const reloadKeys = async ({ authenticator, reviewPrincipals, log }: Running): Promise<void> => {
  try {
    log.keysReloaded(await authenticator.reload());
    reviewPrincipals();
  } catch (error) {
    log.keysNotReloaded(error);
  }
};

const reloadCertificate = async ({ http, log }: Running, certificate: Certificate): Promise<void> => {
  try {
    const change = await certificate.reload();
    // Open connections keep the former one.
    if (http instanceof TlsServer) http.setSecureContext(certificate.options);
    log.certificateReloaded(change);
  } catch (error) {
    log.certificateNotReloaded(error);
  }
};
