import { parseEnvironment } from '@typed-queue/contracts/program';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { LOOPBACK } from './server.js';

const schema = {
  PORT: z.coerce
    .number({ error: 'expected a port, 0 to 65535' })
    .pipe(z.int().min(0).max(65_535))
    .default(27_017),
  HOST: z
    .string()
    .regex(LOOPBACK, 'there is no authentication: only a loopback address is allowed, 127.0.0.1 or ::1')
    .default('127.0.0.1'),
  DATA_DIR: z.string().optional(),
  EXIT_WITH_STDIN: z
    .literal(['true', 'false'], 'allowed: true, false')
    .default('false')
    .transform((text) => text === 'true'),
};

export interface Config {
  readonly port: number;
  readonly host: string;
  /** An absolute path: `mongo/` below `DATA_DIR`. */
  readonly dataDir: string;
  /** Ends when its standard input does, so that it never outlives who started it. */
  readonly exitWithStdin: boolean;
}

export interface Surroundings {
  /** An absolute path, where the user stands: a relative `DATA_DIR` is meant from here. */
  readonly directory: string;
  /** Used when `DATA_DIR` is not set. */
  readonly defaultDataDir: string;
}

/** @throws QueueError `config_invalid`, with all wrong values. */
export const parseConfig = (
  env: Readonly<Record<string, string | undefined>>,
  { directory, defaultDataDir }: Surroundings,
): Config => {
  const { PORT, HOST, DATA_DIR, EXIT_WITH_STDIN } = parseEnvironment(schema, env);
  return {
    port: PORT,
    host: HOST,
    dataDir: join(resolve(directory, DATA_DIR ?? defaultDataDir), 'mongo'),
    exitWithStdin: EXIT_WITH_STDIN,
  };
};
