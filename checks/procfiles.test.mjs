import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmbeddedMongo } from '@typed-queue/embedded-mongo';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.fixture.mjs';

const KEY = 'a-key-of-more-than-16-characters';

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

/** The rights that the guides give to logger and API. */
const writeKeys = async () => {
  const rights = {
    logger: { '*': { consume: ['logger'] } },
    api: { database: { publish: ['*'], tail: true } },
  };
  const keys = Object.entries(rights).map(([name, queues]) => ({
    name,
    sha256: createHash('sha256').update(`key-of-${name}`).digest('hex'),
    queues,
  }));
  const path = join(dataDir, 'keys.json');
  await writeFile(path, JSON.stringify({ keys }), { mode: 0o600 });
  return path;
};

/** Starts what a Procfile names as a dyno would: from the root of the repository, by a shell, with config vars. */
const dyno = async (folder, type, env) => {
  const procfile = await readFile(join(import.meta.dirname, '..', folder, 'Procfile'), 'utf8');
  const command = new RegExp(`^${type}: (.+)$`, 'm').exec(procfile)?.[1];
  const child = spawn('sh', ['-c', `exec ${command}`], {
    cwd: join(import.meta.dirname, '..'),
    env: { PATH: process.env.PATH, DYNO: `${type}.1`, DATA_DIR: dataDir, LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const started = { child, output: '', ended: once(child, 'exit').then(([code]) => code) };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => (started.output += String(data)));
  }
  return started;
};

/** Resolves when the output of a program has a text. */
const heard = async (program, text) => {
  while (!program.output.includes(text)) {
    if (program.child.exitCode !== null) {
      throw new Error(`no "${text}" in:\n${program.output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe('the programs as their Procfiles start them', () => {
  it('hand an event from the API through the queue to the log, and end within their time', async () => {
    const [queuePort, apiPort] = [await freePort(), await freePort()];
    const QUEUE_URL = `http://localhost:${queuePort}`;
    const queue = await dyno('queue-server', 'web', {
      PORT: queuePort,
      QUEUE_KEYS_FILE: await writeKeys(),
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
    const programs = [queue, log, api];
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
      for (const { child } of programs) child.kill('SIGTERM');
    }
    expect(await Promise.all(programs.map(({ ended }) => ended))).toEqual([0, 0, 0]);
  });

  it.each([
    ['queue-server', { QUEUE_TOKENS: KEY }],
    ['api-server', { API_TOKENS: KEY, QUEUE_TOKEN: KEY }],
  ])('%s does not start where its data would be wiped, and says what to do', async (folder, env) => {
    const program = await dyno(folder, 'web', { ...env, PORT: await freePort() });
    expect(await program.ended).toBe(78);
    expect(program.output).toContain('ALLOW_EPHEMERAL_STORAGE=true');
  });
});
