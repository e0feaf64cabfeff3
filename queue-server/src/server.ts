import { contract as systemContract, type Contract } from '@typed-queue/contracts';
import { accessPolicy, arrivalOf, Authenticator, urlHost, type AccessPolicy } from '@typed-queue/program';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { pino, type Logger } from 'pino';
import { MemoryBudget } from './access/budget.js';
import type { Certificate } from './access/certificate.js';
import { RateLimits } from './access/rate-limits.js';
import { WrongKeys } from './access/wrong-keys.js';
import { Administration } from './delivery/administration.js';
import { GroupDelivery } from './delivery/group-delivery.js';
import { GroupExpiry } from './delivery/group-expiry.js';
import { PublishGate } from './delivery/publish-gate.js';
import { Tails } from './delivery/tailing/tails.js';
import { systemTimers } from './engine/alarm.js';
import type { Engine } from './engine/engine.js';
import { Guard } from './guard/guard.js';
import { DEFAULT_MAX_GROUPS } from './engine/groups/local-options.js';
import { limitsOf, type LimitOptions, type Limits } from './limits.js';
import { openEngine, type EngineSettings, type Storage } from './open-engine.js';
import { OperatorLog } from './operator-log/operator-log.js';
import { servedContracts } from './stored-contracts.js';
import { GroupMakers } from './transport/group-makers.js';
import type { AdmissionOptions, Timer } from './transport/admission.js';
import { healthPages } from './transport/health.js';
import { createHttpServer } from './transport/http-server.js';
import { serveSockets } from './transport/socket-server.js';

export interface ServingOptions extends EngineSettings, LimitOptions {
  /** Default: the system's own contract. */
  readonly contract?: Contract;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any that is free. */
  readonly port?: number;
  /** Each client must show one of them as its token. Default: whoever reaches the server may connect. */
  readonly keys?: readonly string[];
  /** Tells who a token is for, in place of `keys`. */
  readonly authenticator?: Authenticator;
  /** Origins whose pages may connect, besides the server's own; `*`: all. Default: none. */
  readonly origins?: readonly string[];
  /**
   * Names by which clients may call a server without keys, besides loopback and its address; `*`: any. With keys any
   * name will do, and these tell which origins are the server's own. Default: none.
   */
  readonly allowedHosts?: readonly string[];
  /** Through how many proxies clients come, whose `X-Forwarded-…` headers count. Default 0. */
  readonly trustedProxies?: number;
  /** What all connections together may use, in bytes. Default 256 MiB. */
  readonly memoryBudget?: number;
  /** How long a closing server waits for the outcomes of what is in flight, in milliseconds. Default 20 s. */
  readonly drainMs?: number;
  /** Default: silent. */
  readonly logger?: Logger;
  /** Default: without TLS. */
  readonly tls?: Certificate | undefined;
  /** Milliseconds of a monotonic clock, by which rates are limited. Default: `performance.now`. */
  readonly now?: () => number;
  /** Steers the deadlines of clients that are not admitted and of tokens, in tests. */
  readonly timer?: Timer;
}

export type { Storage } from './open-engine.js';

export type QueueServerOptions = ServingOptions & Storage;

export interface QueueServer {
  /** Where clients connect to. */
  readonly url: string;
  /** Reads the keys file and the certificate again. What is wrong is logged, and the former stays. */
  reload(): Promise<void>;
  /** Refuses publishes, stops delivering, waits for outcomes, releases the rest uncounted, flushes and closes. */
  close(): Promise<void>;
}

const DEFAULT_HOST = '127.0.0.1';
const DRAIN_STEP_MS = 20;
const DEFAULT_MEMORY_BUDGET = 256 * 1024 * 1024;

const unrefTimer: Timer = (run, ms) => {
  const timer = setTimeout(run, ms).unref();
  return () => clearTimeout(timer);
};

/**
 * Starts a queue server; resolves when it listens.
 * @throws QueueError `data_dir_in_use`, `journal_unsupported`; an Error with a `code` when the port is taken
 */
export const startQueueServer = async (options: QueueServerOptions): Promise<QueueServer> => {
  const { contract = systemContract, logger = pino({ level: 'silent' }), host = DEFAULT_HOST } = options;
  const engine = await openEngine(options, contract, logger);
  const running = await run(engine, contract, logger, options);
  const address = await listen(running.http, host, options.port ?? 0).catch(async (error: unknown) => {
    running.expiry.stop();
    running.log.close();
    await engine.close();
    throw error;
  });
  // Such as a shortage of descriptors: it costs the client its connection, and not the server its life.
  running.http.on('error', running.log.connections.onAcceptError);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= stop(running, engine, logger, options.drainMs ?? 20_000));
  const reload = async (): Promise<void> => {
    await reloadKeys(running);
    if (options.tls !== undefined) await reloadCertificate(running, options.tls);
  };
  const scheme = options.tls === undefined ? 'http' : 'https';
  return { url: `${scheme}://${urlHost(host)}:${address.port}`, reload, close };
};

/** Puts the server together: everything runs, but nobody can connect yet. */
const run = async (engine: Engine, contract: Contract, logger: Logger, options: ServingOptions & Storage) => {
  const log = new OperatorLog(logger);
  const publishGate = new PublishGate(engine);
  const limits = limitsOf(options);
  const guard = new Guard(contract, { sizes: limits });
  const parts = delivering(engine, { queues: Object.keys(contract), guard, log });
  const bounds = admissionOptions(options, limits);
  const pages = healthPages(() => problemsOf(engine, publishGate));
  const http = createHttpServer(pages, { ...limits, secure: options.tls?.options });
  const authenticator = options.authenticator ?? (await Authenticator.open({ tokens: options.keys }));
  const { io, reviewPrincipals } = serveSockets({
    ...{ http, guard, publishGate, ...parts, onError: log.failure, onConnection: log.connection },
    budget: new MemoryBudget(options.memoryBudget ?? DEFAULT_MEMORY_BUDGET),
    servedContract: await servedContracts(contract, engine, options.dataDir, log.contractNotStored),
    access: accessOf(options, authenticator),
    ...limiting(limits, authenticator, options.now),
    groupMakers: new GroupMakers({
      maxGroups: options.maxGroups ?? DEFAULT_MAX_GROUPS,
      exists: (queue, group) => parts.delivery.hasGroup(queue, group),
    }),
    ...{ trustedProxies: options.trustedProxies ?? 0, audit: log.audit, ...bounds, ...log.connections },
  });
  return { http, io, publishGate, log, authenticator, reviewPrincipals, ...parts };
};

/** Through proxies, all clients come from a few addresses: only what the proxies tell of each counts. */
const admissionOptions = (
  { trustedProxies = 0, timer = unrefTimer }: ServingOptions,
  { maxConnections, maxConnectionsPerAddress, handshakeTimeoutMs }: Limits,
): AdmissionOptions => ({
  ...{ maxConnections, maxConnectionsPerAddress, handshakeTimeoutMs, timer },
  addressOf: (request) => arrivalOf(request, trustedProxies).clientAddress,
  isProxy: () => trustedProxies > 0,
});

/** What bounds clients by themselves, and not by what the server has left. */
const limiting = (limits: Limits, authenticator: Authenticator, now = () => performance.now()) => ({
  now,
  rates: new RateLimits(limits, now),
  wrongKeys: new WrongKeys({ authenticator, mostPerMinute: limits.maxWrongKeys, now }),
  limits: { maxSubscriptions: limits.maxSubscriptions, maxGroups: limits.maxGroupsPerConnection },
});

const accessOf = (
  { host, allowedHosts, origins }: ServingOptions,
  { isRequired }: Authenticator,
): AccessPolicy =>
  accessPolicy({
    ...{ host: host ?? DEFAULT_HOST, allowedHosts: allowedHosts ?? [], origins: origins ?? [] },
    keysRequired: isRequired,
  });

interface DeliveringParts {
  readonly queues: readonly string[];
  readonly guard: Guard;
  readonly log: OperatorLog;
}

/** Everything between the engine and the connections. */
const delivering = (engine: Engine, { queues, guard, log }: DeliveringParts) => {
  const onError = log.failure;
  const tails = new Tails(engine, onError);
  const delivery = new GroupDelivery({
    ...{ engine, tails, onError },
    onLeft: (...departed) => expiry.left(...departed),
    onPassedOver: log.passedOver,
    onDeadLettersExpired: log.deadLettersExpired,
    onDeadLetters: log.deadLetters,
  });
  const expiry = new GroupExpiry({
    ...{ engine, queues, now: () => performance.now(), timers: systemTimers, onError },
    used: (queue, group) => delivery.members(queue, group).length > 0,
    deleteGroup: (queue, group) => delivery.deleteGroup(queue, group),
  });
  const administration = new Administration({
    ...{ engine, delivery, tails, now: Date.now },
    validate: (queue, message) => guard.problemOf(queue, message),
  });
  return { tails, delivery, expiry, administration };
};

const reloadKeys = async ({
  authenticator,
  reviewPrincipals,
  log,
}: Pick<Awaited<ReturnType<typeof run>>, 'authenticator' | 'reviewPrincipals' | 'log'>): Promise<void> => {
  try {
    log.keysReloaded(await authenticator.reload());
    reviewPrincipals();
  } catch (error) {
    log.keysNotReloaded(error);
  }
};

const reloadCertificate = async (
  { http, log }: Pick<Awaited<ReturnType<typeof run>>, 'http' | 'log'>,
  certificate: Certificate,
): Promise<void> => {
  try {
    const change = await certificate.reload();
    // Open connections keep the former.
    if (http instanceof TlsServer) http.setSecureContext(certificate.options);
    log.certificateReloaded(change);
  } catch (error) {
    log.certificateNotReloaded(error);
  }
};

const stop = async (
  { http, io, publishGate, log, delivery, expiry }: Awaited<ReturnType<typeof run>>,
  engine: Engine,
  logger: Logger,
  drainMs: number,
): Promise<void> => {
  expiry.stop();
  await drain(publishGate, delivery, () => io.emit('draining'), drainMs);
  const closed = io.close();
  // A connection that has sent no request, or half of one, would keep the server waiting for ever.
  http.closeAllConnections();
  await closed;
  await engine.close();
  log.close();
  logger.info('closed');
};

const listen = (http: HttpServer, host: string, port: number): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      // Safe: a server that listens on a port has an address of this kind.
      resolve(http.address() as AddressInfo);
    });
  });

const problemsOf = (engine: Engine, publishGate: PublishGate): { check: string; problem: string }[] => {
  const trouble = engine.trouble();
  return [
    ...(publishGate.draining ? [{ check: 'server', problem: 'shutting down' }] : []),
    ...(trouble === undefined ? [] : [{ check: 'storage', problem: trouble.message }]),
  ];
};

/** Takes and hands out nothing more; resolves when what is at members came back, or the time is over. */
const drain = async (
  publishGate: PublishGate,
  delivery: GroupDelivery,
  tell: () => void,
  drainMs: number,
): Promise<void> => {
  const end = performance.now() + drainMs;
  delivery.stop();
  await publishGate.drain();
  tell();
  while (!delivery.idle && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, DRAIN_STEP_MS));
  }
  // The answers to the last outcomes are written by then.
  await new Promise((resolve) => setImmediate(resolve));
};
