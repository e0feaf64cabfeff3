import { numbers } from '../publishing/numbers.fixture.js';
import { RequestLog } from '../requests.fixture.js';
import { ManualRuntime } from '../runtime.fixture.js';
import { Administration } from './administration.js';

/** The administration of a client that is offline, and a server that answers when the test says so. */
export const open = (checkOpen = (): void => undefined) => {
  const runtime = new ManualRuntime();
  const server = new RequestLog();
  const admin = new Administration<typeof numbers>({ contract: numbers, server, runtime, checkOpen });
  const answer = (value: unknown, index = -1): void => server.asks.at(index)?.answer({ ok: true, value });
  return { admin, server, runtime, answer };
};
