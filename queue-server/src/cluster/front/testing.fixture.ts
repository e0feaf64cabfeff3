import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueueServerOptions } from '../../server-options.js';
import { TestCluster } from './cluster.fixture.js';

export interface TestServer {
  readonly url: string;
  readonly dataDir: string;
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** As `startTestServer`, for a front with a unit of each queue. */
export const startTestServer = async (options: Partial<QueueServerOptions> = {}): Promise<TestServer> => {
  const { storage, dataDir: given, ...serving } = options;
  const dataDir =
    storage === 'memory' ? undefined : (given ?? (await mkdtemp(join(tmpdir(), 'typed-queue-'))));
  const cluster = await TestCluster.start(serving, { dataDir });
  return {
    url: cluster.url,
    dataDir: dataDir ?? '',
    reload: () => cluster.reload(),
    close: async () => {
      await cluster.close();
      if (given === undefined && dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
};
