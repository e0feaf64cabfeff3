import {
  aborted,
  Authenticator,
  endProcess,
  isOpenToOthers,
  LISTEN_ADVICE,
  newKeyText,
  ReloadSignal,
  runServer,
} from '@typed-queue/program';
import { serverLogger } from '@typed-queue/program/logger';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { readConfig, type Config } from './config.js';
import { Certificate } from './access/certificate.js';
import { maxConnectionsOf, descriptorLimit } from './access/max-connections.js';
import { shownNatsUrl } from './engine/nats/nats-url.js';
import { shownRedisUrl } from './engine/redis/redis-url.js';
import type { Storage } from './open-engine.js';
import { PACKAGE_FOLDER } from './package-folder.js';
import { natsFilesOf } from './nats-variables.js';
import { redisTlsOf } from './redis-variables.js';
import { startServer, type StartedServer } from './server.js';
import { youngCollections } from './young-generation.js';

const VARIABLES = `\
  PORT, HOST    where it listens (3333, 127.0.0.1)
  DATA_DIR      where messages are kept, in queue/ below it
  STORAGE       redis://… or rediss://…: they are kept in this Redis instead (needs the package ioredis)
  REDIS_PREFIX  begins all keys in it, tq:{…} (queue); REDIS_CA_FILE, REDIS_TLS_VERIFY  for its certificate
  STORAGE       nats://host:4222,host2:4222 or tls://…: in this NATS JetStream (needs the packages @nats-io/transport-node,
                @nats-io/jetstream and @nats-io/kv)
  NATS_PREFIX   begins all names in it (queue); NATS_REPLICAS  of its streams: 1, 3 or 5 (3 in a cluster, else 1)
  NATS_SPREAD   false: one of the servers on it serves, the others wait
  NATS_CA_FILE, NATS_CREDS_FILE  the authority of its certificate, and a credentials file
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
  MAX_SCHEDULED    messages that wait until they are due (1000000)
  MEMORY_BUDGET    for all connections together, in MiB (256)
  MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS  how many there may be (as many as there are descriptors for, 1000)
  DASHBOARD     off: no page at / (on)
  ALLOW_EPHEMERAL_STORAGE=true  start on a Heroku dyno, whose disk is wiped
  LOG_LEVEL, LOG_FORMAT  info, pretty (or json)
`;

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

/** From now on SIGHUP ends nothing. */
const reloadSignal = new ReloadSignal(process);
/** To a parent with an IPC channel (`typed-queue serve`; pm2 with `wait_ready`). */
const READY = 'ready';

let isListening: () => void = () => undefined;
/** Resolves when it takes messages; never, if it ends before. */
export const listening = new Promise<void>((resolve) => (isListening = resolve));

/** All that is needed to serve. */
interface Setup {
  readonly config: Config;
  readonly access: Access;
  readonly logger: Logger;
}

/** @throws QueueError `config_invalid` */
const openAccess = async ({ authentication, certificate }: Config): Promise<Access> => ({
  authenticator: await Authenticator.open(authentication),
  tls: certificate && (await Certificate.open(certificate)),
});

const start = async ({ config, access, logger }: Setup, storage: Storage): Promise<StartedServer> => {
  const { authenticator, tls } = access;
  for (const warning of [...config.warnings, ...authenticator.warnings, ...(tls?.warnings ?? [])])
    logger.warn(warning);
  const maxConnections = await maxConnectionsFor(config, logger);
  const engine = { onFrameBytes: youngCollections() };
  const { dataDir: _, durability: __, redis: ___, nats: ____, ...served } = config;
  return startServer({ ...served, ...access, ...storage, maxConnections, logger, engine });
};

const serve = async (setup: Setup, stop: AbortSignal): Promise<void> => {
  const { config, access, logger } = setup;
  const lost = new AbortController();
  const storage = await storageOf(config, { signal: stop, onLost: (error) => lost.abort(error) });
  const server = await start(setup, storage).catch((error: unknown) => {
    // Stopped while it waited for another server.
    if (!stop.aborted) throw error;
  });
  if (server === undefined) return;
  const isReloadable = access.authenticator.isRequired || access.tls !== undefined;
  reloadSignal.answer(() => {
    if (isReloadable) void server.reload();
    else logger.info('SIGHUP: without keys and TLS there is nothing to read again');
  });
  logger.info(shownStorage(config), `queue server listens on ${server.url}`);
  if (config.dashboard) logger.info(`dashboard: ${server.url}/`);
  process.send?.(READY);
  isListening();
  if (storage.dataDir !== undefined && (await isOpenToOthers(config.dataDir))) {
    logger.warn(`other users of this machine can open DATA_DIR: chmod 700 ${config.dataDir}`);
  }
  await aborted(AbortSignal.any([stop, lost.signal]));
  logger.info('shutting down');
  // No outcome can be stored any more.
  await (lost.signal.aborted ? server.kill() : server.close());
  // A supervisor starts it again: then it waits, or begins with what the store has.
  lost.signal.throwIfAborted();
};

const storageOf = async (
  { redis, nats, dataDir, durability }: Config,
  ownership: Pick<Storage & { readonly storage: 'redis' }, 'onLost' | 'signal'>,
): Promise<Storage> => {
  if (redis !== undefined) {
    const { url: redisUrl, prefix: redisPrefix } = redis;
    return { storage: 'redis', redisUrl, redisPrefix, redisTls: await redisTlsOf(redis), ...ownership };
  }
  if (nats !== undefined) {
    const { url: natsUrl, prefix: natsPrefix, replicas: natsReplicas, spread: natsSpread } = nats;
    const { tls: natsTls, credentials: natsCredentials } = await natsFilesOf(nats);
    const how = { natsPrefix, natsReplicas, natsSpread, natsTls, natsCredentials };
    return { storage: 'nats', natsUrl, ...how, ...ownership };
  }
  return { dataDir: join(dataDir, 'queue'), durability };
};

/** For the log. */
const shownStorage = ({ redis, nats, dataDir, durability }: Config) => {
  if (redis !== undefined) return { redis: shownRedisUrl(redis.url), storage: 'redis' };
  if (nats !== undefined) return { nats: shownNatsUrl(nats.url), storage: 'nats' };
  return { dataDir: join(dataDir, 'queue'), storage: 'disk', durability };
};

/** Runs the program. A promise, since `require` loads no module that awaits. */
export const ended = runServer<Setup>(process, {
  name: 'typed-queue-server',
  label: 'queue-server',
  purpose: 'Serves the queues of a contract over Socket.IO.',
  variables: VARIABLES,
  newKey: newKeyText,
  moduleDir: fileURLToPath(new URL('dist', PACKAGE_FOLDER)),
  configure: async (env, places) => {
    const config = await readConfig(env, places);
    return { config, access: await openAccess(config), logger: serverLogger(config) };
  },
  serve,
  advice: {
    EADDRINUSE: ({ config }) => LISTEN_ADVICE.EADDRINUSE(config),
    EADDRNOTAVAIL: ({ config }) => LISTEN_ADVICE.EADDRNOTAVAIL(config),
    EACCES: ({ config: { dataDir } }) =>
      `Not allowed. Choose another PORT, or a DATA_DIR (now ${dataDir}) that may be written.`,
    EROFS: ({ config: { dataDir } }) => `DATA_DIR ${dataDir} is on a file system that is read only.`,
    ENOTDIR: ({ config: { dataDir } }) =>
      `DATA_DIR ${dataDir} is not a folder, or something on the way to it is not.`,
    EEXIST: ({ config: { dataDir } }) => `DATA_DIR ${dataDir} is not a folder.`,
    ENOSPC: ({ config: { dataDir } }) => `The disk of DATA_DIR ${dataDir} is full.`,
  },
  configErrors: ['config_invalid'],
  logFailure: ({ logger }, explanation, err) =>
    logger.fatal(explanation ?? { err }, 'the queue server cannot run'),
}).then((exitCode) => endProcess(process, exitCode));
