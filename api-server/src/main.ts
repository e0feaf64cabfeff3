import { QueueError, type ErrorCode } from '@typed-queue/contracts';
import { answerArguments, Authenticator, codedErrors, printableLog, stopSignal } from '@typed-queue/program';
import { spawnEmbeddedMongo } from '@typed-queue/embedded-mongo';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { readConfig, type Config } from './config.js';
import { startApiServer } from './server.js';

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
  LOG_LEVEL, LOG_FORMAT  info, pretty (or json)
`;

/** `EX_CONFIG` of sysexits.h. */
const CONFIG_INVALID = 78;

/** A start that fails for these fails again until somebody changes the configuration. */
const OF_CONFIG: readonly ErrorCode[] = ['config_invalid', 'database_standalone'];

const { env } = process;

const loggerFor = ({ logLevel, logFormat }: Config): Logger => {
  const format =
    logFormat === 'json'
      ? undefined
      : prettyFactory({
          translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l',
          ignore: 'pid,hostname',
          singleLine: true,
        });
  const output = pino.destination({ sync: true });
  return pino(
    { level: logLevel, base: null, formatters: { log: codedErrors } },
    printableLog(output, format),
  );
};

/** The database, and what tells of its end when it is not to end by itself. */
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
      throw new QueueError('database_unavailable', reason, { cause });
    },
  );
  logger.info({ dataDir: join(dataDir, 'mongo') }, `embedded MongoDB listens on ${mongo.uri}`);
  return mongo;
};

/** Serves until a signal comes, or its database is gone. */
const run = async (config: Config, authenticator: Authenticator, logger: Logger): Promise<void> => {
  const stop = stopSignal(process);
  for (const warning of [...config.warnings, ...authenticator.warnings]) logger.warn(warning);
  const mongo = await openMongo(config, logger);
  try {
    const api = await startApiServer({ ...config, authenticator, mongodbUri: mongo.uri, logger });
    // Without keys it ends the program, as when its terminal is closed.
    if (authenticator.isRequired) process.on('SIGHUP', () => void api.reload());
    logger.info(
      { queue: config.queue.url },
      `API server listens on ${api.url}, with a page at ${api.url}/docs`,
    );
    const ending = await Promise.race([
      mongo.exited.then(() => new QueueError('database_unavailable', 'The embedded MongoDB has ended.')),
      new Promise<void>((resolve) => {
        if (stop.aborted) resolve();
        stop.addEventListener('abort', () => resolve());
      }),
    ]);
    logger.info('shutting down');
    await api.close();
    logger.info('closed');
    if (ending !== undefined) throw ending;
  } finally {
    await mongo.close();
  }
};

/** What to do about errors of the system at a start, by their code. */
const ADVICE: Readonly<Record<string, (config: Config) => string>> = {
  EADDRINUSE: ({ port, host }) =>
    `Port ${port} of ${host} is taken. Stop the program that has it, or set PORT.`,
  EADDRNOTAVAIL: ({ host }) => `This machine has no address ${host}. Set HOST.`,
  ENOTFOUND: ({ host }) => `There is no host ${host}. Set HOST.`,
  EACCES: ({ port }) => `Not allowed to listen on port ${port}. Set PORT.`,
};

/** Where the database is, without who may use it. */
const placeOf = ({ mongodbUri = '' }: Config): string => mongodbUri.replace(/\/\/[^/]*@/, '//');

/** What to tell of a start that failed; undefined: a failure that should not happen. */
const explain = (error: unknown, config: Config): string | undefined => {
  if (
    error instanceof QueueError &&
    error.code === 'database_unavailable' &&
    config.mongodbUri !== undefined
  ) {
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    return `No MongoDB server answers at ${placeOf(config)}. Start it, or set MONGODB_URI. ${reason} (${error.code})`;
  }
  if (error instanceof QueueError && error.code !== 'internal') return `${error.message} (${error.code})`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const advice = ADVICE[code]?.(config);
  return advice === undefined ? undefined : `${advice} (${String(error)})`;
};

const main = async (): Promise<number> => {
  let config: Config;
  let authenticator: Authenticator;
  try {
    config = readConfig(env, {
      directory: env.INIT_CWD ?? process.cwd(),
      moduleDir: import.meta.dirname,
    });
    authenticator = await Authenticator.open(config.authentication);
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    console.error(`api-server: ${error.message}`);
    return CONFIG_INVALID;
  }
  const logger = loggerFor(config);
  try {
    await run(config, authenticator, logger);
    return 0;
  } catch (error) {
    logger.fatal(explain(error, config) ?? { err: error }, 'the API server cannot run');
    return error instanceof QueueError && OF_CONFIG.includes(error.code) ? CONFIG_INVALID : 1;
  }
};

const answered = answerArguments(process.argv.slice(2), {
  name: 'api-server',
  purpose: 'Serves the REST API and publishes an event for every operation.',
  variables: VARIABLES,
  moduleDir: import.meta.dirname,
  stdout: process.stdout,
  stderr: process.stderr,
});
process.exitCode = answered ?? (await main());
