import { commaSeparated, parseEnvironment, portVariable } from '@typed-queue/program';
import type { Say } from './client.js';
import { openWarehouse } from './open-warehouse.js';

const schema = { PORT: portVariable(3333), CORS_ORIGINS: commaSeparated.default([]) };

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Serves the warehouse until the signal aborts.
 * @throws QueueError `config_invalid`
 */
export const serve = async (env: Env, stop: AbortSignal, print: Say): Promise<void> => {
  const { PORT, CORS_ORIGINS } = parseEnvironment(schema, env);
  const say: Say = (line) => print(`warehouse: ${line}`);
  const warehouse = await openWarehouse({ port: PORT, origins: CORS_ORIGINS }, say);
  print(`The warehouse: http://localhost:${new URL(warehouse.url).port}`);
  stop.addEventListener('abort', () => void warehouse.close());
};
