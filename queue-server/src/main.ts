import { QueueError } from '@typed-queue/contracts';
import {
  answerArguments,
  Authenticator,
  codedErrors,
  isOpenToOthers,
  newKeyText,
  printableLog,
  stopSignal,
} from '@typed-queue/program';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { readConfig, type Config } from './config.js';
import { Certificate } from './access/certificate.js';
import { maxConnectionsOf, descriptorLimit } from './access/max-connections.js';
import { startQueueServer } from './server.js';

const VARIABLES = `\
  PORT, HOST    where it listens (3333, 127.0.0.1)
  DATA_DIR      where messages are kept, in queue/ below it
  CONTRACT      the module that exports the contract (default: files and database)
  QUEUE_TOKENS  keys, separated by commas, each with all rights. AUTH=none: no keys on any HOST
  QUEUE_KEYS_FILE  named keys with rights, as digests; read again at SIGHUP. --new-key <name> makes one
  JWT_SECRET or JWT_JWKS_URL, with JWT_AUDIENCE, JWT_ISSUER, JWT_ALGORITHMS  JSON Web Tokens that clients may show
  CORS_ORIGINS  origins of browser pages that may connect, separated by commas
  ALLOWED_HOSTS    names by which it may be called, besides loopback, separated by commas
  TRUSTED_PROXIES  through how many proxies clients come (0)
  TLS_CERT_FILE, TLS_KEY_FILE  its certificate and key in PEM, for https; read again at SIGHUP
  RATE_MESSAGES_PER_SECOND, RATE_BYTES_PER_SECOND  of each principal (500000, 256 MiB; none on loopback without keys)
  MAX_GROUPS_PER_QUEUE, MAX_GROUPS_PER_CONNECTION  how many groups there may be (1000), and be made (100)
  MAX_SUBSCRIPTIONS_PER_CONNECTION (1000), MAX_WRONG_KEYS_PER_ADDRESS  a minute (10)
  MAX_PAYLOAD_BYTES, MAX_HEADERS_BYTES  of a message (1048576, 16384); HANDSHAKE_TIMEOUT_MS (10000)
  MEMORY_BUDGET    for all connections together, in MiB (256)
  MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS  how many there may be (as many as there are descriptors for, 1000)
  ALLOW_EPHEMERAL_STORAGE=true  start on a Heroku dyno, whose disk is wiped
  LOG_LEVEL, LOG_FORMAT  info, pretty (or json)
`;

/** `EX_CONFIG` of sysexits.h. */
const CONFIG_INVALID = 78;

const { env } = process;

const loggerFor = ({ logLevel, logFormat }: Config): Logger => {
  const format =
    logFormat === 'json'
      ? undefined
      : prettyFactory({ translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l', ignore: 'pid,hostname' });
  const output = pino.destination({ sync: true });
  return pino(
    { level: logLevel, base: null, formatters: { log: codedErrors } },
    printableLog(output, format),
  );
};

/** As many as are configured, and as this process has descriptors for beside its files. */
const maxConnectionsFor = async (config: Config, logger: Logger): Promise<number> => {
  // Only on Linux. Elsewhere MAX_CONNECTIONS must leave enough descriptors for the journals.
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const openFiles = descriptorLimit(limits);
  const queues = Object.keys(config.contract).length;
  const { maxConnections, reduced } = maxConnectionsOf(config.maxConnections, openFiles, queues);
  if (reduced) {
    logger.warn(
      { maxConnections, openFiles },
      'MAX_CONNECTIONS is more than this process has descriptors for; raise ulimit -n',
    );
  }
  return maxConnections;
};

/** Of files that are read again at SIGHUP. */
interface Access {
  readonly authenticator: Authenticator;
  readonly tls: Certificate | undefined;
}

/** @throws QueueError `config_invalid` */
const openAccess = async ({ authentication, certificate }: Config): Promise<Access> => ({
  authenticator: await Authenticator.open(authentication),
  tls: certificate && (await Certificate.open(certificate)),
});

/** Serves until a stop signal. */
const run = async (config: Config, access: Access, logger: Logger): Promise<void> => {
  const { authenticator, tls } = access;
  const stop = stopSignal(process);
  for (const warning of [...config.warnings, ...authenticator.warnings, ...(tls?.warnings ?? [])])
    logger.warn(warning);
  const dataDir = join(config.dataDir, 'queue');
  const maxConnections = await maxConnectionsFor(config, logger);
  const server = await startQueueServer({ ...config, ...access, maxConnections, dataDir, logger });
  // Without keys and TLS there is nothing to reload: SIGHUP ends the server, as when its terminal is closed.
  if (authenticator.isRequired || tls !== undefined) process.on('SIGHUP', () => void server.reload());
  const { durability } = config;
  logger.info({ dataDir, storage: 'embedded', durability }, `queue server listens on ${server.url}`);
  if (await isOpenToOthers(config.dataDir)) {
    logger.warn(`other users of this machine can open DATA_DIR: chmod 700 ${config.dataDir}`);
  }
  await new Promise<void>((resolve) => {
    // The signal may have come during the start.
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => resolve());
  });
  logger.info('shutting down');
  await server.close();
};

/** What to do about system errors at a start, by their code. */
const ADVICE: Readonly<Record<string, (config: Config) => string>> = {
  EADDRINUSE: ({ port, host }) =>
    `Port ${port} of ${host} is taken. Stop the program that has it, or set PORT.`,
  EADDRNOTAVAIL: ({ host }) => `This machine has no address ${host}. Set HOST.`,
  EACCES: ({ dataDir }) =>
    `Not allowed. Choose another PORT, or a DATA_DIR (now ${dataDir}) that may be written.`,
  EROFS: ({ dataDir }) => `DATA_DIR ${dataDir} is on a file system that is read only.`,
  ENOTDIR: ({ dataDir }) => `DATA_DIR ${dataDir} is not a folder, or something on the way to it is not.`,
  EEXIST: ({ dataDir }) => `DATA_DIR ${dataDir} is not a folder.`,
  ENOSPC: ({ dataDir }) => `The disk of DATA_DIR ${dataDir} is full.`,
};

/** Why a start failed, for the operator; undefined: an unexpected failure. */
const explain = (error: unknown, config: Config): string | undefined => {
  if (error instanceof QueueError) return `${error.message} (${error.code})`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const advice = ADVICE[code]?.(config);
  return advice === undefined ? undefined : `${advice} (${String(error)})`;
};

const main = async (): Promise<number> => {
  let config: Config;
  let access: Access;
  try {
    config = await readConfig(env, {
      directory: env.INIT_CWD ?? process.cwd(),
      moduleDir: import.meta.dirname,
    });
    access = await openAccess(config);
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    console.error(`queue-server: ${error.message}`);
    return CONFIG_INVALID;
  }
  const logger = loggerFor(config);
  try {
    await run(config, access, logger);
    return 0;
  } catch (error) {
    logger.fatal(explain(error, config) ?? { err: error }, 'the queue server cannot run');
    return 1;
  }
};

const answered = answerArguments(process.argv.slice(2), {
  name: 'typed-queue-server',
  purpose: 'Serves the queues of a contract over Socket.IO.',
  variables: VARIABLES,
  newKey: newKeyText,
  moduleDir: import.meta.dirname,
  stdout: process.stdout,
  stderr: process.stderr,
});
process.exitCode = answered ?? (await main());
