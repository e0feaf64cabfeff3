import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFileSystem } from '../journal/node-file-system.js';
import { openDiskEngine } from './open-disk-engine.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'durable-'));
});
afterEach(() => rm(root, { recursive: true }));

it('a new data folder and all folders in it are durable in their parents before the engine is open, at each start', async () => {
  const synced = new Set<string>();
  const fileSystem = {
    ...nodeFileSystem,
    syncDir: async (path: string) => {
      synced.add(path);
      await nodeFileSystem.syncDir(path);
    },
  };
  const dir = join(root, 'a', 'data');
  const engine = await openDiskEngine({ dir, fileSystem, queues: [{ name: 'files', retention: {} }] });
  await engine.close();
  const parents = [root, join(root, 'a'), dir, join(dir, 'queues')];
  expect([...synced]).toEqual(expect.arrayContaining(parents));
  synced.clear();
  const again = await openDiskEngine({ dir, fileSystem, queues: [{ name: 'files', retention: {} }] });
  await again.close();
  expect([...synced]).toEqual(expect.arrayContaining(parents));
});
