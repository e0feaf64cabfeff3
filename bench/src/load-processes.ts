import { spawnEmbeddedMongo } from '@typed-queue/embedded-mongo';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedApi } from './load-run.js';
import type { Variant } from './load-variant.js';
import { freePort } from './peers/broker-process.js';
import { startQueueServer } from './peers/queue-server.js';

/** Everything that takes part in writes: APIs with one MongoDB, and a queue server that stops and comes back. */
export interface LoadProcesses {
  readonly apiOf: (variant: Variant) => LoadedApi;
  readonly stopQueue: () => Promise<void>;
  readonly startQueue: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Each has its own database. */
const startApi = async (variant: Variant, node: string, urls: readonly [string, string]) => {
  const [mongodb, queue] = urls;
  const uri = mongodb.replace(/(\/\/[^/]+)\/?/, `$1/load-${variant}`);
  const program = join(import.meta.dirname, 'load-api.js');
  const api = fork(program, [variant, uri, queue], { execPath: node, execArgv: [] });
  // Safe: its first message is the URL at which it listens.
  const [url] = (await once(api, 'message')) as [string];
  return { url, process: api };
};

const stopApi = async ({ process: api }: LoadedApi): Promise<void> => {
  const exited = once(api, 'exit');
  api.send('close');
  await exited;
};

/** Starts an API of each variant in a new folder. */
export const startLoadProcesses = async (
  variants: readonly Variant[],
  node: string,
): Promise<LoadProcesses> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'typed-queue-load-'));
  const mongo = await spawnEmbeddedMongo({ dataDir: join(dataDir, 'mongo') });
  const site = { folder: join(dataDir, 'queue'), port: await freePort(), node };
  await mkdir(site.folder);
  let queue = await startQueueServer(site);
  const urls = [mongo.uri, `http://127.0.0.1:${site.port}`] as const;
  const apis = new Map<Variant, LoadedApi>();
  for (const variant of variants) apis.set(variant, await startApi(variant, node, urls));
  return {
    apiOf: (variant) => {
      const api = apis.get(variant);
      if (api === undefined) throw new Error(`No API of the variant "${variant}" was started.`);
      return api;
    },
    stopQueue: () => queue.stop(),
    startQueue: async () => {
      queue = await startQueueServer(site);
    },
    close: async () => {
      await Promise.all([...apis.values()].map(stopApi));
      await queue.stop();
      await mongo.close();
      await rm(dataDir, { recursive: true });
    },
  };
};
