import { parseEnvironment, type Environment } from '@typed-queue/contracts/program';
import { resolve } from 'node:path';
import * as z from 'zod';

type Env = Readonly<Record<string, string | undefined>>;

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

/** Heroku names the dyno here. Its disk is wiped at every restart, and its router comes from outside. */
const isDyno = ({ DYNO }: Env): boolean => DYNO !== undefined && DYNO !== '';

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

/** A list in one variable: separated by commas, spaces around them ignored. */
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

const EPHEMERAL =
  'without it the data would lie on the disk of this dyno, which is wiped at every restart; name a MongoDB server, or say ALLOW_EPHEMERAL_STORAGE=true when all of it may be lost';

const variables = (env: Env) => ({
  PORT: z.coerce
    .number({ error: 'expected a port, 0 to 65535' })
    .pipe(z.int().min(0).max(65_535))
    .default(3000),
  HOST: z
    .string()
    .optional()
    .transform((host) => host ?? (isDyno(env) ? '0.0.0.0' : '127.0.0.1')),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\/[^/]+/, 'expected mongodb://… or mongodb+srv://…')
    .optional()
    .refine((uri) => uri !== undefined || !isDyno(env) || env.ALLOW_EPHEMERAL_STORAGE === 'true', EPHEMERAL),
  ALLOW_EPHEMERAL_STORAGE: z.literal('true', { error: 'expected "true"' }).optional(),
  DATA_DIR: z.string().optional(),
  QUEUE_URL: z
    .url({ protocol: /^https?$/, error: 'allowed: an http:// or https:// URL' })
    .regex(/^[^:]+:\/\/[^/?#]*\/?$/, 'allowed: a URL without a path')
    .default('http://localhost:3333'),
  QUEUE_TOKEN: z.string().optional(),
  CORS_ORIGINS: list
    .refine((origins) => origins.every(isOrigin), {
      error:
        'expected origins as browsers send them, with commas between: https://shop.example,http://localhost:5173',
    })
    .default([]),
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
  readonly queue: { readonly url: string; readonly token: string | undefined };
  readonly origins: readonly string[];
  readonly logLevel: Variables['LOG_LEVEL'];
  readonly logFormat: Variables['LOG_FORMAT'];
  /** What the operator should hear at every start. */
  readonly warnings: readonly string[];
}

export interface Surroundings {
  /** An absolute path, where the user stands: relative paths are meant from here. */
  readonly directory: string;
  /** Used when `DATA_DIR` is not set. */
  readonly defaultDataDir: string;
}

const warningsOf = ({ HOST, MONGODB_URI }: Variables): readonly string[] => [
  ...(LOOPBACK.test(HOST)
    ? []
    : [`whoever reaches ${HOST} can read and change everything: the API asks nobody who they are`]),
  ...(MONGODB_URI === undefined
    ? ['MONGODB_URI is not set: an embedded MongoDB is used, for development']
    : []),
];

/** @throws QueueError `config_invalid` naming every variable that is wrong */
export const readConfig = (env: Env, { directory, defaultDataDir }: Surroundings): Config => {
  const read = parseEnvironment(variables(env), env);
  return Object.freeze({
    port: read.PORT,
    host: read.HOST,
    mongodbUri: read.MONGODB_URI,
    dataDir: resolve(directory, read.DATA_DIR ?? defaultDataDir),
    queue: { url: read.QUEUE_URL, token: read.QUEUE_TOKEN },
    origins: read.CORS_ORIGINS,
    logLevel: read.LOG_LEVEL,
    logFormat: read.LOG_FORMAT,
    warnings: warningsOf(read),
  });
};
