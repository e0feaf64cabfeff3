import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startQueueServer, type QueueServer, type QueueServerOptions } from './server.js';

export interface TestServer extends QueueServer {
  /** Where it keeps its data: start another there to test a restart. */
  readonly dataDir: string;
}

/**
 * Starts the real queue server in this process, on a free port of loopback and in a folder of its own that goes
 * when it is closed (a `dataDir` that is given stays). For anyone's tests:
 *
 *     const server = await startTestServer();
 *     const queue = connect(contract, { url: server.url });
 *     …
 *     await queue.close();
 *     await server.close();
 */
export const startTestServer = async (options: Partial<QueueServerOptions> = {}): Promise<TestServer> => {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'typed-queue-')));
  const server = await startQueueServer({ ...options, dataDir });
  return {
    url: server.url,
    dataDir,
    close: async () => {
      await server.close();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
};
