import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { FileSystem } from './engine/journal/file-system.js';
import { nodeFileSystem } from './engine/journal/node-file-system.js';
import { plainClient, type PlainClient } from './plain-client.fixture.js';
import { startTestServer, type TestServer } from './testing.js';

const MIB = 1024 * 1024;
const MESSAGES = 30;

let server: TestServer;
let client: PlainClient;
let other: PlainClient;
/** What flushes wait for. */
let disk: Promise<void> = Promise.resolve();

const slowFileSystem: FileSystem = {
  ...nodeFileSystem,
  open: async (path, mode) => {
    const file = await nodeFileSystem.open(path, mode);
    return {
      ...file,
      flush: async () => {
        await disk;
        await file.flush();
      },
    };
  },
};

beforeEach(async () => {
  server = await startTestServer({ engine: { fileSystem: slowFileSystem } });
  client = await plainClient(server.url);
  other = await plainClient(server.url);
});
afterEach(async () => {
  client.socket.disconnect();
  other.socket.disconnect();
  await server.close();
});

const memoryUsed = async (): Promise<number> => {
  const page = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^typed_queue_memory_used_bytes (\d+)$/m.exec(page)?.[1]);
};

it('no more than 8 MiB of one connection wait for a slow disk, and all is stored in the end', async () => {
  const payload = { path: 'x'.repeat(MIB - 1_000), bytes: 1, sha256: 'a', durationMs: 1 };
  const publish = () => client.value('publish', 'files', { event: 'save', payload });
  let goOn: () => void = () => undefined;
  disk = new Promise((resolve) => (goOn = resolve));
  const published = Promise.all(Array.from({ length: MESSAGES }, publish));
  let used = 0;
  // A while, counted in answers to another client.
  for (let answers = 0; answers < 300; answers++) {
    await other.value('queues');
    used = Math.max(used, await memoryUsed());
  }
  expect(used).toBeGreaterThan(7 * MIB);
  expect(used).toBeLessThan(12 * MIB);
  goOn();
  expect((await published).map((receipt) => Object(receipt).seq)).toEqual(
    Array.from({ length: MESSAGES }, (_, index) => index + 1),
  );
});
