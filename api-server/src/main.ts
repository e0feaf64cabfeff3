import { ApiError } from '@typed-queue/contracts';
import {
  aborted,
  Authenticator,
  endProcess,
  LISTEN_ADVICE,
  ReloadSignal,
  runServer,
  startTraces,
  type Traces,
} from '@typed-queue/program';
import { serverLogger } from '@typed-queue/program/logger';
import { spawnEmbeddedMongo } from '@typed-queue/embedded-mongo';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { readConfig, type Config } from './config.js';
import { startApiServer, type ApiTracing } from './server.js';

const VARIABLES = `\
  PORT, HOST    where it listens (3000, 127.0.0.1)
  MONGODB_URI   a MongoDB that is a replica set (default: an embedded one, in DATA_DIR/mongo)
  DATA_DIR      where the embedded MongoDB keeps its data
  QUEUE_URL, QUEUE_TOKEN or QUEUE_TOKEN_FILE  the queue server, and a key of it
  API_TOKENS    keys, separated by commas; who shows one may do everything. AUTH=none: no keys on any HOST
  QUEUE_KEYS_FILE  named keys with rights, as for the queue server; read again at SIGHUP
  JWT_SECRET or JWT_JWKS_URL, with JWT_AUDIENCE, JWT_ISSUER, JWT_ALGORITHMS  JSON Web Tokens that clients may show
  ACTOR_GATEWAYS   principals that may speak for others by X-Actor, separated by commas (key:gateway)
  RATE_REQUESTS_PER_MINUTE, MAX_WRONG_KEYS_PER_ADDRESS  of one principal or address (6000, 10; on loopback without keys no limit)
  CORS_ORIGINS  origins of browser pages that may call it, separated by commas
  ALLOWED_HOSTS    names by which it may be called, besides loopback, separated by commas
  TRUSTED_PROXIES  through how many proxies clients come (0)
  ALLOW_EPHEMERAL_STORAGE=true  use the embedded MongoDB on a Heroku dyno, whose disk is wiped
  OTEL_EXPORTER_OTLP_ENDPOINT  where traces go, by OTLP over HTTP (default: nowhere), and other variables of OpenTelemetry
  LOG_LEVEL, LOG_FORMAT  info, pretty (or json)
`;

/** All that is needed to serve. */
interface Setup {
  readonly config: Config;
  readonly authenticator: Authenticator;
  readonly reloadSignal: ReloadSignal | undefined;
  readonly logger: Logger;
  readonly traces: Traces<ApiTracing>;
}

/** The database; `exited` settles only for an embedded one. */
interface Mongo {
  readonly uri: string;
  readonly exited: Promise<unknown>;
  close(): Promise<void>;
}

const openMongo = async ({ mongodbUri, dataDir }: Config, logger: Logger): Promise<Mongo> => {
  if (mongodbUri !== undefined) {
    return { uri: mongodbUri, exited: new Promise(() => undefined), close: async () => undefined };
  }
  const mongo = await spawnEmbeddedMongo({ dataDir, warn: (line) => logger.warn(line) }).catch(
    (cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ApiError('database_unavailable', reason, { cause });
    },
  );
  logger.info({ dataDir: join(dataDir, 'mongo') }, `embedded MongoDB listens on ${mongo.uri}`);
  return mongo;
};

/** Serves until it is stopped, or its database has ended. */
const serve = async (setup: Setup, stop: AbortSignal): Promise<void> => {
  const { config, authenticator, reloadSignal, logger, traces } = setup;
  for (const warning of [...config.warnings, ...authenticator.warnings]) logger.warn(warning);
  const mongo = await openMongo(config, logger);
  try {
    const { tracing } = traces;
    const api = await startApiServer({ ...config, authenticator, mongodbUri: mongo.uri, logger, tracing });
    reloadSignal?.answer(() => void api.reload());
    logger.info(
      { queue: config.queue.url },
      `API server listens on ${api.url}, with a page at ${api.url}/docs`,
    );
    const failure = await Promise.race([
      mongo.exited.then(() => new ApiError('database_unavailable', 'The embedded MongoDB has ended.')),
      aborted(stop),
    ]);
    logger.info('shutting down');
    await api.close();
    logger.info('closed');
    if (failure !== undefined) throw failure;
  } finally {
    await mongo.close();
    await traces.close();
  }
};

/** The URI without its credentials. */
const placeOf = ({ mongodbUri = '' }: Config): string => mongodbUri.replace(/\/\/[^/]*@/, '//');

/** A MongoDB that is not the embedded one, and does not answer. */
const explain = (error: unknown, { config }: Setup): string | undefined => {
  if (!(error instanceof ApiError && error.code === 'database_unavailable')) return undefined;
  if (config.mongodbUri === undefined) return undefined;
  const reason = error.cause instanceof Error ? error.cause.message : error.message;
  return `No MongoDB server answers at ${placeOf(config)}. Start it, or set MONGODB_URI. ${reason} (${error.code})`;
};

const exitCode = await runServer<Setup>(process, {
  name: 'api-server',
  purpose: 'Serves the REST API and publishes an event for every operation.',
  variables: VARIABLES,
  moduleDir: import.meta.dirname,
  configure: async (env, places) => {
    const config = readConfig(env, places);
    const authenticator = await Authenticator.open(config.authentication);
    // A server without keys keeps the default: it ends when its terminal is closed.
    const reloadSignal = authenticator.isRequired ? new ReloadSignal(process) : undefined;
    const logger = serverLogger({ ...config, singleLine: true });
    const traces = await startTraces(env, {
      service: 'api-server',
      tracing: async () => (await import('./tracing/open-telemetry.js')).openTelemetry(),
      warn: (line) => logger.warn(line),
    });
    return { config, authenticator, reloadSignal, logger, traces };
  },
  serve,
  advice: {
    EADDRINUSE: ({ config }) => LISTEN_ADVICE.EADDRINUSE(config),
    EADDRNOTAVAIL: ({ config }) => LISTEN_ADVICE.EADDRNOTAVAIL(config),
    ENOTFOUND: ({ config: { host } }) => `There is no host ${host}. Set HOST.`,
    EACCES: ({ config: { port } }) => `Not allowed to listen on port ${port}. Set PORT.`,
  },
  explain,
  configErrors: ['config_invalid', 'database_standalone'],
  logFailure: ({ logger }, explanation, err) =>
    logger.fatal(explanation ?? { err }, 'the API server cannot run'),
});
// An export of traces that was given up would keep the process alive.
endProcess(process, exitCode);
