import { contract as systemContract, type Contract, type Durability } from '@typed-queue/contracts';
import { parseEnvironment, type Environment } from '@typed-queue/contracts/program';
import { resolve } from 'node:path';
import * as z from 'zod';
import { loadContract, type LoadedContract } from './contract-module.js';

type Env = Readonly<Record<string, string | undefined>>;

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;
const MIN_KEY_CHARACTERS = 16;
const MIB = 1024 * 1024;

/** A list in one variable: separated by commas, spaces around them ignored. */
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

/** Heroku names the dyno here. Its disk is wiped at every restart, and its router comes from outside. */
const isDyno = (env: Env): boolean => isSet(env.DYNO);

/** Variables that stand for themselves. */
const plain = {
  PORT: z.coerce
    .number({ error: 'expected a port, 0 to 65535' })
    .pipe(z.int().min(0).max(65_535))
    .default(3333),
  CORS_ORIGINS: list.default([]),
  ALLOW_EPHEMERAL_STORAGE: z.literal('true', { error: 'expected "true"' }).optional(),
  MEMORY_BUDGET: z.coerce
    .number({ error: 'expected a number of MiB, 64 or more' })
    .pipe(z.int().min(64, { error: 'expected a number of MiB, 64 or more' }).max(1_048_576))
    .default(256),
  LOG_LEVEL: z.literal(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  LOG_FORMAT: z.literal(['pretty', 'json']).default('pretty'),
};

/** Who may connect: three variables that must not contradict each other. */
const access = (env: Env) => ({
  HOST: z
    .string()
    .optional()
    .transform((host) => host ?? (isDyno(env) ? '0.0.0.0' : '127.0.0.1'))
    .refine((host) => env.AUTH === 'none' || isSet(env.QUEUE_TOKENS) || LOOPBACK.test(host), {
      error:
        'anyone who reaches this address could read and publish; set QUEUE_TOKENS, listen on 127.0.0.1, or say AUTH=none when the network is closed',
    }),
  QUEUE_TOKENS: list
    // Made of variables that are not set, it must not open the server.
    .refine((keys) => keys.length > 0, { error: 'it has no key in it' })
    .refine((keys) => keys.every((key) => key.length >= MIN_KEY_CHARACTERS), {
      error: `each key has at least ${MIN_KEY_CHARACTERS} characters; this makes one: openssl rand -hex 32`,
    })
    .default([]),
  AUTH: z
    .literal('none', { error: 'expected "none"' })
    .refine(() => !isSet(env.QUEUE_TOKENS), {
      error: 'QUEUE_TOKENS asks every client for a key, and this asks none; leave one of the two out',
    })
    .optional(),
});

/** Where the data is must outlive the program, unless the operator says that it need not. */
const place = (env: Env) => ({
  DATA_DIR: z
    .string()
    .optional()
    .refine(() => !isDyno(env) || env.ALLOW_EPHEMERAL_STORAGE === 'true', {
      error:
        'a dyno wipes its disk at every restart, once a day at least: all queues would be gone. Run the queue server where a disk lasts, or say ALLOW_EPHEMERAL_STORAGE=true; receipts then say "memory"',
    }),
});

const contractOf = (loaded: LoadedContract) =>
  z
    .string()
    .optional()
    .transform((input, context): Contract => {
      if (loaded.kind === 'loaded') return loaded.contract;
      context.issues.push({ code: 'custom', message: loaded.problem, input });
      return z.NEVER;
    });

const variables = (env: Env, loaded: LoadedContract) => ({
  ...access(env),
  ...place(env),
  ...plain,
  CONTRACT: contractOf(loaded),
});

type Variables = Environment<ReturnType<typeof variables>>;

export interface Config {
  readonly port: number;
  readonly host: string;
  /** An absolute path. */
  readonly dataDir: string;
  /** What receipts say of messages: `memory` when the disk does not last. */
  readonly durability: Durability;
  /** All queues that are served. */
  readonly contract: Contract;
  /** Each client must show one of them; none: whoever comes may connect. */
  readonly keys: readonly string[];
  readonly origins: readonly string[];
  /** What all connections together may use, in bytes. */
  readonly memoryBudget: number;
  readonly logLevel: Variables['LOG_LEVEL'];
  readonly logFormat: Variables['LOG_FORMAT'];
  /** What the operator should hear at every start. */
  readonly warnings: readonly string[];
}

export interface Surroundings {
  /** An absolute path, where the user stands: relative paths and the names of packages are meant from here. */
  readonly directory: string;
  /** Used when `DATA_DIR` is not set. */
  readonly defaultDataDir: string;
}

/**
 * Reads the server's configuration, and loads the contract that it names.
 * @throws QueueError `config_invalid` naming every variable that is wrong
 */
export const readConfig = async (env: Env, { directory, defaultDataDir }: Surroundings): Promise<Config> => {
  const loaded: LoadedContract = env.CONTRACT
    ? await loadContract(env.CONTRACT, directory)
    : { kind: 'loaded', contract: systemContract };
  const read = parseEnvironment(variables(env, loaded), env);
  return Object.freeze({
    port: read.PORT,
    host: read.HOST,
    durability: isDyno(env) ? 'memory' : 'disk',
    dataDir: resolve(directory, read.DATA_DIR ?? defaultDataDir),
    contract: read.CONTRACT,
    keys: read.QUEUE_TOKENS,
    origins: read.CORS_ORIGINS,
    memoryBudget: read.MEMORY_BUDGET * MIB,
    logLevel: read.LOG_LEVEL,
    logFormat: read.LOG_FORMAT,
    warnings: read.AUTH === 'none' ? [`AUTH=none: whoever reaches ${read.HOST} can read and publish`] : [],
  });
};
