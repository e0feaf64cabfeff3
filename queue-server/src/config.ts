import type { Contract } from '@typed-queue/contracts';
import {
  authenticationOf,
  authenticationVariables,
  contractFrom,
  contractVariable,
  dataDirVariable,
  isDyno,
  isLocalOnly,
  isSet,
  parseEnvironment,
  plainKeys,
  portVariable,
  reachVariables,
  type AuthenticatorOptions,
  type DataDirPlaces,
  type Environment,
  type LoadedContract,
} from '@typed-queue/program';
import { resolve } from 'node:path';
import * as z from 'zod';
import type { CertificateFiles } from './access/certificate.js';
import { everybodyMay } from './access/openness.js';
import { limitVariables } from './limit-variables.js';
import type { Limits } from './limits.js';
import { natsConfigOf, type NatsConfig } from './nats-variables.js';
import { redisConfigOf, redisWarnings, type RedisConfig } from './redis-variables.js';
import { isStoreUrl, storageVariables } from './storage-variables.js';

type Env = Readonly<Record<string, string | undefined>>;

const ALL_ADDRESSES = /^(0\.0\.0\.0|::)$/;
const MIB = 1024 * 1024;

const REACH = { keysVariable: 'QUEUE_TOKENS', open: 'read and publish', wildcard: true } as const;

/** Variables that depend on no other. */
const plain = {
  PORT: portVariable(3333),
  ALLOW_EPHEMERAL_STORAGE: z.literal('true', { error: 'expected "true"' }).optional(),
  DASHBOARD: z.literal(['on', 'off'], { error: 'expected "on" or "off"' }).default('on'),
  LOG_LEVEL: z.literal(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  LOG_FORMAT: z.literal(['pretty', 'json']).default('pretty'),
};

/** A certificate and its key, or neither. */
const certificate = (env: Env, { directory }: DataDirPlaces) => {
  const file = (other: 'TLS_CERT_FILE' | 'TLS_KEY_FILE') =>
    z
      .string()
      .optional()
      .refine((path) => path !== undefined || !isSet(env[other]), {
        error: `${other} is of no use without it`,
      })
      .transform((path) => (path === undefined ? undefined : resolve(directory, path)));
  return { TLS_CERT_FILE: file('TLS_KEY_FILE'), TLS_KEY_FILE: file('TLS_CERT_FILE') };
};

/** The data must outlive the program, unless the operator allows it not to. */
const dataDir = (env: Env, places: DataDirPlaces) => ({
  ...storageVariables(env, places),
  DATA_DIR: dataDirVariable(places).refine(() => mayWriteTo(env), {
    error:
      'a dyno wipes its disk at every restart, once a day at least: all queues would be gone. Keep them in a Redis (STORAGE=redis://…) or in NATS (STORAGE=nats://…), run the queue server where a disk lasts, or say ALLOW_EPHEMERAL_STORAGE=true; receipts then say "memory"',
  }),
});

/** A dyno keeps nothing on its disk. */
const mayWriteTo = (env: Env): boolean =>
  !isDyno(env) || env.ALLOW_EPHEMERAL_STORAGE === 'true' || isStoreUrl(env.STORAGE ?? '');

const variables = (env: Env, loaded: LoadedContract, places: DataDirPlaces) => ({
  ...reachVariables(env, REACH),
  QUEUE_TOKENS: plainKeys.default([]),
  ...authenticationVariables(env, places.directory),
  ...dataDir(env, places),
  ...certificate(env, places),
  ...plain,
  ...limitVariables(isLocalOnly(env, REACH)),
  CONTRACT: contractVariable(loaded),
});

type Variables = Environment<ReturnType<typeof variables>>;

export interface Config extends Omit<Limits, 'maxConnections'> {
  /** Undefined: as many as there are file descriptors for, and at most 10,000. */
  readonly maxConnections: number | undefined;
  readonly port: number;
  readonly host: string;
  /** An absolute path. */
  readonly dataDir: string;
  /** Where messages are kept instead; in `dataDir` where both are undefined. */
  readonly redis: RedisConfig | undefined;
  readonly nats: NatsConfig | undefined;
  /** Of receipts: `memory` when the disk does not last. */
  readonly durability: 'disk' | 'memory';
  readonly contract: Contract;
  /** What clients must show; without keys or tokens, everybody may connect. */
  readonly authentication: AuthenticatorOptions;
  /** `none`: everybody may, on any host. */
  readonly auth: Variables['AUTH'];
  /** Undefined: no TLS. */
  readonly certificate: CertificateFiles | undefined;
  readonly origins: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly trustedProxies: number;
  /** Of a queue. */
  readonly maxGroups: number;
  /** For all connections together, in bytes. */
  readonly memoryBudget: number;
  /** Whether the dashboard is served. */
  readonly dashboard: boolean;
  readonly logLevel: Variables['LOG_LEVEL'];
  readonly logFormat: Variables['LOG_FORMAT'];
  /** For the operator, at every start. */
  readonly warnings: readonly string[];
}

const warningsOf = ({ AUTH, HOST, ALLOWED_HOSTS }: Variables): readonly string[] => [
  ...(AUTH === 'none' ? [everybodyMay('AUTH=none', HOST)] : []),
  ...(AUTH === 'none' && ALL_ADDRESSES.test(HOST) && ALLOWED_HOSTS.length === 0
    ? [
        'ALLOWED_HOSTS is not set: clients that call this server by a name, and not by its address, are refused',
      ]
    : []),
];

const certificateOf = ({ TLS_CERT_FILE, TLS_KEY_FILE }: Variables): CertificateFiles | undefined =>
  TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined
    ? undefined
    : { certFile: TLS_CERT_FILE, keyFile: TLS_KEY_FILE };

const limitsOf = (read: Variables): Pick<Config, keyof Limits> => ({
  messagesPerSecond: read.RATE_MESSAGES_PER_SECOND,
  bytesPerSecond: read.RATE_BYTES_PER_SECOND,
  maxConnections: read.MAX_CONNECTIONS,
  maxConnectionsPerAddress: read.MAX_CONNECTIONS_PER_ADDRESS,
  maxSubscriptions: read.MAX_SUBSCRIPTIONS_PER_CONNECTION,
  maxGroupsPerConnection: read.MAX_GROUPS_PER_CONNECTION,
  maxWrongKeys: read.MAX_WRONG_KEYS_PER_ADDRESS,
  maxPayloadBytes: read.MAX_PAYLOAD_BYTES,
  maxHeadersBytes: read.MAX_HEADERS_BYTES,
  maxScheduled: read.MAX_SCHEDULED,
  handshakeTimeoutMs: read.HANDSHAKE_TIMEOUT_MS,
});

/**
 * Reads the server's configuration, and loads the contract that it names.
 * @throws QueueError `config_invalid` naming every variable that is wrong
 */
export const readConfig = async (env: Env, places: DataDirPlaces): Promise<Config> => {
  const loaded = await contractFrom(env.CONTRACT, places.directory);
  const read = parseEnvironment(variables(env, loaded, places), env);
  const redis = redisConfigOf(env, read.STORAGE, read);
  return Object.freeze({
    port: read.PORT,
    host: read.HOST,
    durability: isDyno(env) ? 'memory' : 'disk',
    dataDir: read.DATA_DIR,
    redis,
    nats: natsConfigOf(read.STORAGE, read),
    contract: read.CONTRACT,
    authentication: { tokens: read.QUEUE_TOKENS, ...authenticationOf(read) },
    auth: read.AUTH,
    origins: read.CORS_ORIGINS,
    certificate: certificateOf(read),
    ...limitsOf(read),
    allowedHosts: read.ALLOWED_HOSTS,
    trustedProxies: read.TRUSTED_PROXIES,
    maxGroups: read.MAX_GROUPS_PER_QUEUE,
    memoryBudget: read.MEMORY_BUDGET * MIB,
    dashboard: read.DASHBOARD === 'on',
    logLevel: read.LOG_LEVEL,
    logFormat: read.LOG_FORMAT,
    warnings: [...warningsOf(read), ...redisWarnings(redis)],
  });
};
