import { contract, HOUR, type SystemContract } from '@typed-queue/contracts';
import { after, type Authenticator } from '@typed-queue/program';
import {
  connect,
  type ConnectOptions,
  type QueueClient,
  type Token,
  type Tracing,
} from '@typed-queue/queue-client';
import { randomUUID } from 'node:crypto';
import { pino, type Logger } from 'pino';
import { readApiMetrics } from './api-metrics.js';
import { apiApp } from './http/app.js';
import { listen } from './http/listener.js';
import type { Readiness } from './http/health.js';
import type { RequestTracing } from './http/request-tracing.js';
import { rateLimits, WRONG_KEYS_PER_MINUTE, type RateLimits } from './http/rate-limits.js';
import type { Resource } from './http/resource.js';
import { models as allModels } from './models/models.js';
import type { Model } from './models/model.js';
import { startOutbox, type RunningOutbox } from './outbox/start-outbox.js';
import { publishing } from './publishing/publishing-repository.js';
import { openDatabase, type Database } from './repository/mongoose/database.js';
import { IdempotencyKeys } from './repository/mongoose/idempotency-keys.js';
import { mongooseRepository } from './repository/mongoose/mongoose-repository.js';

/** Traces requests, and what is published to the queue server. */
export interface ApiTracing {
  readonly requests: RequestTracing;
  readonly queue: Tracing;
}

export interface ApiServerOptions {
  /** A replica set: `mongodb://…`. */
  readonly mongodbUri: string;
  /** Where events go. It need not be there: they wait. */
  readonly queue: { readonly url: string; readonly token?: Token | undefined };
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any that is free. */
  readonly port?: number;
  /** Origins whose pages may use the API, besides its own. Default: none. */
  readonly origins?: readonly string[];
  /** Names by which it may be called, besides loopback and its address; `*`: any. Default: none. */
  readonly allowedHosts?: readonly string[];
  /** Through how many proxies requests come, whose `X-Forwarded-…` headers count. Default 0. */
  readonly trustedProxies?: number;
  /** Default: no authentication. */
  readonly authenticator?: Authenticator;
  /** The names of principals whose `X-Actor` counts. Default: `everybody`, where no token is asked for. */
  readonly actorGateways?: readonly string[];
  /** Of one principal, or of one address without authentication. Default: without limit. */
  readonly requestsPerMinute?: number | undefined;
  /** From one address; beyond, no token from there is looked at. Default 10. */
  readonly wrongKeysPerMinute?: number;
  /** Default: none. */
  readonly tracing?: ApiTracing | undefined;
  /** Default: silent. */
  readonly logger?: Logger;
  /** Default: all of this package. */
  readonly models?: readonly Model[];
  /** How long a closing server waits for requests in progress, in milliseconds. Default 20 s. */
  readonly drainMs?: number;
}

export interface ApiServer {
  readonly url: string;
  /** Reads the keys file again. When it cannot be used, the former keys stay, and the log says why. */
  reload(): Promise<void>;
  /** Takes no more requests, finishes those in progress, publishes for a moment, and disconnects. */
  close(): Promise<void>;
}

/** How the parts of a server close, in this order. */
type Closing = (() => Promise<void> | void)[];

/**
 * Starts the API; resolves when it listens.
 * @throws ApiError `database_unavailable`, `database_standalone`, `duplicate_key` (documents break a unique index);
 * an Error with a `code` when the port is taken
 */
export const startApiServer = async (options: ApiServerOptions): Promise<ApiServer> => {
  const closing: Closing = [];
  const end = async (): Promise<void> => {
    for (const close of closing) await close();
  };
  try {
    const url = await start(options, closing);
    let closed: Promise<void> | undefined;
    const reload = (): Promise<void> => reloadKeys(options);
    return { url, reload, close: () => (closed ??= end()) };
  } catch (error) {
    await end();
    throw error;
  }
};

const start = async (options: ApiServerOptions, closing: Closing): Promise<string> => {
  const { models = allModels, logger = pino({ level: 'silent' }) } = options;
  const { host = '127.0.0.1', port = 0, drainMs = 20_000 } = options;
  const database = await openDatabase({ uri: options.mongodbUri, models });
  closing.unshift(() => database.close());
  const queues = new QueueClients({ ...options.queue, tracing: options.tracing?.queue });
  const outbox = await startOutbox({ database, openQueue: () => queues.open(), logger, after, elapsed });
  closing.unshift(() => outbox.close());
  const idempotency = new IdempotencyKeys(database);
  await idempotency.build();
  closing.unshift(await sweep(idempotency, logger));
  const limits = limitsOf(options);
  closing.unshift(() => limits.close());
  const app = apiApp({
    ...accessOf(options),
    host,
    limits,
    resources: models.map((model) => resourceOf(model, database, outbox)),
    idempotency,
    outbox,
    ...pagesOf(database, outbox, queues),
    tracing: options.tracing?.requests,
    logger,
    newRequestId: randomUUID,
    now: elapsed,
  });
  const listener = await listen(app, host, port);
  closing.unshift(() => listener.close(drainMs));
  return listener.url;
};

const limitsOf = (options: ApiServerOptions): RateLimits => {
  const { requestsPerMinute, wrongKeysPerMinute = WRONG_KEYS_PER_MINUTE, trustedProxies = 0 } = options;
  return rateLimits({ requestsPerMinute, wrongKeysPerMinute, trustedProxies });
};

/** Who may use the API. */
const accessOf = (options: ApiServerOptions) => {
  const { authenticator, actorGateways, origins = [], allowedHosts = [], trustedProxies = 0 } = options;
  return {
    ...(authenticator && { authenticator }),
    ...(actorGateways && { actorGateways }),
    origins,
    allowedHosts,
    trustedProxies,
  };
};

const reloadKeys = async ({ authenticator, logger }: ApiServerOptions): Promise<void> => {
  try {
    const { warnings = [], ...changes } = (await authenticator?.reload()) ?? {};
    logger?.info(changes, 'the keys file was read again');
    for (const warning of warnings) logger?.warn(warning);
  } catch (err) {
    logger?.error({ err }, 'the keys file could not be read again: the former keys stay');
  }
};

/** Everything that reaches the database goes through the decorator. */
const resourceOf = (model: Model, database: Database, { publisher }: RunningOutbox): Resource => ({
  model,
  repository: publishing(mongooseRepository(model, database), {
    model: model.name,
    publisher,
    transact: database.transact,
  }),
  transact: database.transact,
});

const elapsed = (): number => performance.now();

/** The clients of the queue server that are open. */
class QueueClients {
  readonly #options: Omit<ConnectOptions, 'name'>;
  #clients: readonly QueueClient<SystemContract>[] = [];

  constructor(options: Omit<ConnectOptions, 'name'>) {
    this.#options = options;
  }

  open(): QueueClient<SystemContract> {
    const client = connect(contract, { name: 'api-server', ...this.#options });
    this.#clients = [...this.#clients.filter(({ state }) => state.kind !== 'closed'), client];
    return client;
  }

  /** Whether the queue server can be reached. */
  get connection(): string {
    const kinds = this.#clients.map(({ state }) => state.kind);
    return kinds.includes('connected') ? 'connected' : (kinds.find((kind) => kind !== 'closed') ?? 'closed');
  }
}

/** Anybody may read it: of a system error the code, and not the address. */
const withoutAddress = (message: string): string => message.replace(/\b(E[A-Z]{4,})\b .*/s, '$1');

/** What the pages for operators show. */
const pagesOf = (database: Database, outbox: RunningOutbox, queues: QueueClients) => ({
  readiness: readinessOf(database, outbox, queues),
  metrics: () => readApiMetrics({ outbox, isConnected: () => queues.connection === 'connected' }),
});

/** Requests need the database only, not the queue server. */
const readinessOf =
  (database: Database, outbox: RunningOutbox, queues: QueueClients): Readiness =>
  async () => {
    try {
      await database.ping();
      const { fault, ...status } = await outbox.status();
      const trouble = fault && { ...fault, message: withoutAddress(fault.message) };
      return {
        problems: [],
        details: { outbox: { ...status, trouble }, queue: { connection: queues.connection } },
      };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return {
        problems: [{ check: 'database', problem: withoutAddress(problem) }],
        details: { queue: { connection: queues.connection } },
      };
    }
  };

/** Removes old keys now, and every hour until it is stopped. */
const sweep = async (keys: IdempotencyKeys, logger: Logger): Promise<() => void> => {
  const removeOld = async (): Promise<void> => {
    try {
      await keys.removeOld();
    } catch (err) {
      logger.warn({ err }, 'old Idempotency-Keys could not be removed');
    }
  };
  await removeOld();
  const timer = setInterval(() => void removeOld(), HOUR);
  return () => clearInterval(timer);
};
