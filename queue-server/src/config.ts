import { parseEnvironment, type Environment } from '@typed-queue/contracts/program';
import { resolve } from 'node:path';
import * as z from 'zod';

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

/** A list in one variable: separated by commas, spaces around them ignored. */
const list = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )
  .default([]);

const variables = (isOpen: boolean) => ({
  PORT: z.coerce
    .number({ error: 'expected a port, 0 to 65535' })
    .pipe(z.int().min(0).max(65_535))
    .default(3333),
  HOST: z
    .string()
    .refine((host) => isOpen || LOOPBACK.test(host), {
      error:
        'anyone who reaches this address could read and publish; listen on 127.0.0.1, or say AUTH=none when the network is closed',
    })
    .default('127.0.0.1'),
  DATA_DIR: z.string().optional(),
  AUTH: z.literal('none', { error: 'expected "none"' }).optional(),
  CORS_ORIGINS: list,
  LOG_LEVEL: z.literal(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  LOG_FORMAT: z.literal(['pretty', 'json']).default('pretty'),
});

type Variables = Environment<ReturnType<typeof variables>>;

export interface Config {
  readonly port: number;
  readonly host: string;
  /** An absolute path. */
  readonly dataDir: string;
  readonly origins: readonly string[];
  readonly logLevel: Variables['LOG_LEVEL'];
  readonly logFormat: Variables['LOG_FORMAT'];
  /** What the operator should hear at every start. */
  readonly warnings: readonly string[];
}

export interface Surroundings {
  /** Where the user stands: relative paths are meant from here. */
  readonly directory: string;
  /** Used when `DATA_DIR` is not set. */
  readonly defaultDataDir: string;
}

/**
 * Reads the server's configuration.
 * @throws QueueError `config_invalid` naming every variable that is wrong
 */
export const readConfig = (
  env: Readonly<Record<string, string | undefined>>,
  { directory, defaultDataDir }: Surroundings,
): Config => {
  const read = parseEnvironment(variables(env.AUTH === 'none'), env);
  return Object.freeze({
    port: read.PORT,
    host: read.HOST,
    dataDir: resolve(directory, read.DATA_DIR ?? defaultDataDir),
    origins: read.CORS_ORIGINS,
    logLevel: read.LOG_LEVEL,
    logFormat: read.LOG_FORMAT,
    warnings: !LOOPBACK.test(read.HOST)
      ? [`AUTH=none: whoever reaches ${read.HOST} can read and publish`]
      : [],
  });
};
