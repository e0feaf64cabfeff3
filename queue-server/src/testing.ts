import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTestServerOptions } from './testing/kit-options.js';
import { startQueueServer, type QueueServer } from './server.js';
import type { QueueServerOptions } from './server-options.js';

export { startTestQueue } from './testing/test-queue.js';

export type { CrashPoint } from './testing/observed-engine.js';
export type { Duration, TestClock } from './testing/virtual-clock.js';
export type { TestQueue, TestQueueOptions } from './testing/test-queue.js';

export interface TestServer extends QueueServer {
  /** Where it keeps its data: start another there to test a restart. Empty when it keeps them in memory. */
  readonly dataDir: string;
}

/**
 * Starts the real queue server in this process, on a free port of loopback and in a folder of its own that goes
 * when it is closed (a `dataDir` that is given stays), or with `storage: 'memory'` without one. For anyone's tests:
 *
 *     const server = await startTestServer();
 *     const queue = connect(contract, { url: server.url });
 *     …
 *     await queue.close();
 *     await server.close();
 *
 * @throws QueueError `request_invalid` for options that are unknown or wrong; as `startQueueServer`
 */
export const startTestServer = async (options: Partial<QueueServerOptions> = {}): Promise<TestServer> => {
  checkTestServerOptions(options);
  const { storage, dataDir: given, ...serving } = options;
  if (storage === 'memory') return { ...(await startQueueServer({ ...serving, storage })), dataDir: '' };
  const dataDir = given ?? (await mkdtemp(join(tmpdir(), 'typed-queue-')));
  const server = await startQueueServer({ ...serving, dataDir });
  return {
    url: server.url,
    reload: () => server.reload(),
    dataDir,
    close: async () => {
      await server.close();
      if (given === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
};
