import { dataDirVariable, parseEnvironment, portVariable, type DataDirPlaces } from '@typed-queue/program';
import { join } from 'node:path';
import * as z from 'zod';
import { LOOPBACK } from './server.js';

const variables = (places: DataDirPlaces) => ({
  PORT: portVariable(27_017),
  HOST: z
    .string()
    .regex(LOOPBACK, 'there is no authentication: only a loopback address is allowed, 127.0.0.1 or ::1')
    .default('127.0.0.1'),
  DATA_DIR: dataDirVariable(places),
  EXIT_WITH_STDIN: z
    .literal(['true', 'false'], 'allowed: true, false')
    .default('false')
    .transform((text) => text === 'true'),
});

export interface Config {
  readonly port: number;
  readonly host: string;
  /** An absolute path: `mongo/` below `DATA_DIR`. */
  readonly dataDir: string;
  /** Ends when its standard input does: it never outlives its parent. */
  readonly exitWithStdin: boolean;
}

/** @throws QueueError `config_invalid`, with all wrong values. */
export const parseConfig = (
  env: Readonly<Record<string, string | undefined>>,
  places: DataDirPlaces,
): Config => {
  const { PORT, HOST, DATA_DIR, EXIT_WITH_STDIN } = parseEnvironment(variables(places), env);
  return {
    port: PORT,
    host: HOST,
    dataDir: join(DATA_DIR, 'mongo'),
    exitWithStdin: EXIT_WITH_STDIN,
  };
};
