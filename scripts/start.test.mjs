import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from '@typed-queue/queue-client';
import { loadContract } from '@typed-queue/program';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../checks/free-port.fixture.mjs';

const KEY = 'a8d7f6e5c4b3a291f0e9d8c7b6a59483';
/** Without any schema library: one event whose payload may be anything. */
const QUEUES = `
  import { defineContract, defineQueue } from '@typed-queue/contracts';
  const any = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } };
  export const contract = defineContract({ orders: defineQueue('orders', { events: { placed: any } }) });`;

let folder;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-test-'));
  await mkdir(join(folder, 'node_modules/@typed-queue'), { recursive: true });
  await symlink(
    join(import.meta.dirname, '../contracts'),
    join(folder, 'node_modules/@typed-queue/contracts'),
  );
  await writeFile(join(folder, 'queues.mjs'), QUEUES);
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs `npm start` of the root. */
const start = (env) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start.mjs')], {
    cwd: folder,
    env: { PATH: process.env.PATH, DATA_DIR: 'data', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let look = () => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += String(chunk);
      look();
    });
  }
  const ended = once(child, 'close').then(([code]) => code);
  const says = (text) =>
    new Promise((resolve, reject) => {
      look = () => output.includes(text) && resolve();
      look();
      void ended.then(() => reject(new Error(`no "${text}" in:\n${output}`)));
    });
  return { child, ended, says };
};

describe('the system with a keys file', () => {
  it('does not start without a key for its own clients, and says so', async () => {
    const system = start({ QUEUE_KEYS_FILE: 'keys.json' });
    await system.says('QUEUE_TOKEN is not set');
    expect(await system.ended).toBe(78);
  });
});

describe('the system with CONTRACT and QUEUE_TOKENS', () => {
  it('serves the contract, and its logger prints the events, with the first of the keys', async () => {
    const [queuePort, apiPort] = [await freePort(), await freePort()];
    const system = start({
      CONTRACT: './queues.mjs',
      QUEUE_TOKENS: `${KEY},another-key-8f2c61d09b`,
      QUEUE_PORT: queuePort,
      API_PORT: apiPort,
    });
    try {
      await system.says('logger: printing orders of ');
      await system.says('logger: connected to ');
      const { contract } = await loadContract('./queues.mjs', folder);
      const queue = connect(contract, { url: `http://127.0.0.1:${queuePort}`, token: KEY });
      await queue.publish('orders', 'placed', { id: 'o-1' });
      await queue.close();
      await system.says('orders  #1  placed  {"id":"o-1"}');
      await system.says('it has no queue \\"database\\"');
    } finally {
      system.child.kill('SIGTERM');
    }
    expect(await system.ended).toBe(0);
  });
});
