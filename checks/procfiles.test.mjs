import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmbeddedMongo } from '@typed-queue/embedded-mongo';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dyno, heard, KEY, stopped, writeKeys } from './dyno.fixture.mjs';
import { freePort } from './free-port.fixture.mjs';

let dataDir;
let mongo;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'procfiles-'));
  mongo = await startEmbeddedMongo();
});
afterAll(async () => {
  await mongo.close();
  await rm(dataDir, { recursive: true });
});

it('what Redis needs stays when the packages of development are pruned', async () => {
  const lock = JSON.parse(await readFile(join(import.meta.dirname, '../package-lock.json'), 'utf8'));
  expect(lock.packages['node_modules/ioredis'].dev).toBeUndefined();
});

describe('the programs as their Procfiles start them', () => {
  it('hand an event from the API through the queue to the log, and end within their time', async () => {
    const [queuePort, apiPort] = [await freePort(), await freePort()];
    const QUEUE_URL = `http://localhost:${queuePort}`;
    const queue = await dyno('queue-server', 'web', {
      PORT: queuePort,
      DATA_DIR: dataDir,
      QUEUE_KEYS_FILE: await writeKeys(dataDir),
      ALLOW_EPHEMERAL_STORAGE: 'true',
    });
    const log = await dyno('logger', 'worker', { QUEUE_URL, QUEUE_TOKEN: 'key-of-logger' });
    const api = await dyno('api-server', 'web', {
      QUEUE_URL,
      QUEUE_TOKEN: 'key-of-api',
      PORT: apiPort,
      API_TOKENS: KEY,
      MONGODB_URI: mongo.uri,
    });
    let codes;
    try {
      await heard(queue, 'listens on http://0.0.0.0');
      await heard(api, 'API server listens on http://0.0.0.0');
      const created = await globalThis.fetch(`http://localhost:${apiPort}/api/v1/categories`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
        body: JSON.stringify({ name: 'Lamps' }),
      });
      expect(created.status).toBe(201);
      await heard(log, '"event":"create"');
      expect(queue.output).toContain('"durability":"memory"');
    } finally {
      codes = await stopped(queue, log, api);
    }
    expect(codes).toEqual([0, 0, 0]);
  });

  it.each([
    ['queue-server', { QUEUE_TOKENS: KEY }],
    ['api-server', { API_TOKENS: KEY, QUEUE_TOKEN: KEY }],
  ])('%s does not start where its data would be wiped, and says what to do', async (folder, env) => {
    const program = await dyno(folder, 'web', { ...env, DATA_DIR: dataDir, PORT: await freePort() });
    expect(await program.ended).toBe(78);
    expect(program.output).toContain('ALLOW_EPHEMERAL_STORAGE=true');
  });
});
