import {
  authenticationOf,
  authenticationVariables,
  commaSeparated,
  dataDirVariable,
  isDyno,
  isLocalOnly,
  parseEnvironment,
  plainKeys,
  portVariable,
  queueTokenOf,
  queueTokenVariables,
  queueUrl,
  reachVariables,
  wholeNumber,
  type AuthenticatorOptions,
  type DataDirPlaces,
  type Environment,
} from '@typed-queue/program';
import type { Token } from '@typed-queue/queue-client';
import * as z from 'zod';
import { TOKEN_ADVICE } from './http/authentication.js';
import { WRONG_KEYS_PER_MINUTE } from './http/rate-limits.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Several times what one busy client of such an API sends. */
const REQUESTS_PER_MINUTE = 6_000;

const REACH = { keysVariable: 'API_TOKENS', open: 'read and change everything', wildcard: false } as const;

/** As a request can show it in a header. */
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
const PRINCIPAL = /^(everybody|(token|key|jwt):.+)$/;

/** What clients show, and for whom they may speak. */
const callers = (env: Env, directory: string) => ({
  API_TOKENS: plainKeys
    .refine((keys) => keys.every((key) => VISIBLE_ASCII.test(key)), {
      error: 'each key has visible ASCII characters only, since a header carries it',
    })
    .default([]),
  ...authenticationVariables(env, directory),
  ACTOR_GATEWAYS: commaSeparated
    .refine((names) => names.every((name) => PRINCIPAL.test(name)), {
      error:
        'expected names of principals as the log shows them, with commas between: key:gateway,token:1,jwt:portal',
    })
    .default(isLocalOnly(env, REACH) ? ['everybody'] : []),
});

/** Of one principal or address. Without limit where only this machine has access. */
const limits = (env: Env) => ({
  RATE_REQUESTS_PER_MINUTE: wholeNumber({
    least: 0,
    error: 'expected a whole number per minute, or 0 for no limit',
  })
    .default(isLocalOnly(env, REACH) ? 0 : REQUESTS_PER_MINUTE)
    .transform((rate) => (rate === 0 ? undefined : rate)),
  MAX_WRONG_KEYS_PER_ADDRESS: wholeNumber({ least: 1, error: 'expected a whole number, 1 or more' }).default(
    WRONG_KEYS_PER_MINUTE,
  ),
});

/** Who may use the API, and how often. `directory`: where relative paths begin. */
const accessVariables = (env: Env, directory: string) => ({
  ...reachVariables(env, REACH),
  ...callers(env, directory),
  ...limits(env),
});

const ALL_ADDRESSES = /^(0\.0\.0\.0|::)$/;

const EPHEMERAL =
  'without it the data would lie on the disk of this dyno, which is wiped at every restart; name a MongoDB server, or say ALLOW_EPHEMERAL_STORAGE=true when all of it may be lost';

const variables = (env: Env, places: DataDirPlaces) => ({
  ...accessVariables(env, places.directory),
  PORT: portVariable(3000),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\/[^/]+/, 'expected mongodb://… or mongodb+srv://…')
    .optional()
    .refine((uri) => uri !== undefined || !isDyno(env) || env.ALLOW_EPHEMERAL_STORAGE === 'true', EPHEMERAL),
  ALLOW_EPHEMERAL_STORAGE: z.literal('true', { error: 'expected "true"' }).optional(),
  DATA_DIR: dataDirVariable(places),
  QUEUE_URL: queueUrl,
  ...queueTokenVariables(env),
  LOG_LEVEL: z.literal(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  LOG_FORMAT: z.literal(['pretty', 'json']).default('pretty'),
});

type Variables = Environment<ReturnType<typeof variables>>;

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Undefined: one runs beside the API, with its data below `dataDir`. */
  readonly mongodbUri: string | undefined;
  /** An absolute path. */
  readonly dataDir: string;
  /** Where events go. */
  readonly queue: { readonly url: string; readonly token: Token | undefined };
  /** Without keys and tokens, every client may do everything. */
  readonly authentication: AuthenticatorOptions;
  /** The names of principals whose `X-Actor` counts. */
  readonly actorGateways: readonly string[];
  /** Of one principal or address; undefined: as many as it likes. */
  readonly requestsPerMinute: number | undefined;
  readonly wrongKeysPerMinute: number;
  readonly origins: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly trustedProxies: number;
  readonly logLevel: Variables['LOG_LEVEL'];
  readonly logFormat: Variables['LOG_FORMAT'];
  /** What the operator should hear at every start. */
  readonly warnings: readonly string[];
}

const warningsOf = ({ AUTH, HOST, ALLOWED_HOSTS, MONGODB_URI }: Variables): readonly string[] => [
  ...(AUTH === 'none' ? [`AUTH=none: whoever reaches ${HOST} can read and change everything`] : []),
  ...(AUTH === 'none' && ALL_ADDRESSES.test(HOST) && ALLOWED_HOSTS.length === 0
    ? ['ALLOWED_HOSTS is not set: requests that call this API by a name, and not by its address, are refused']
    : []),
  ...(MONGODB_URI === undefined
    ? ['MONGODB_URI is not set: an embedded MongoDB is used, for development']
    : []),
];

/** @throws ApiError `config_invalid` naming every variable that is wrong */
export const readConfig = (env: Env, places: DataDirPlaces): Config => {
  const read = parseEnvironment(variables(env, places), env);
  return Object.freeze({
    port: read.PORT,
    host: read.HOST,
    mongodbUri: read.MONGODB_URI,
    dataDir: read.DATA_DIR,
    queue: { url: read.QUEUE_URL, token: queueTokenOf(read) },
    authentication: { tokens: read.API_TOKENS, ...authenticationOf(read), advice: TOKEN_ADVICE },
    actorGateways: read.ACTOR_GATEWAYS,
    requestsPerMinute: read.RATE_REQUESTS_PER_MINUTE,
    wrongKeysPerMinute: read.MAX_WRONG_KEYS_PER_ADDRESS,
    origins: read.CORS_ORIGINS,
    allowedHosts: read.ALLOWED_HOSTS,
    trustedProxies: read.TRUSTED_PROXIES,
    logLevel: read.LOG_LEVEL,
    logFormat: read.LOG_FORMAT,
    warnings: warningsOf(read),
  });
};
