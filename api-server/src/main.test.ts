import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram, type RunningProgram } from './running-program.fixture.js';

describe('the program', () => {
  let dataDir: string;
  let program: RunningProgram;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'api-main-test-'));
  });
  afterEach(async () => {
    program.kill('SIGKILL');
    await program.exited;
    await rm(dataDir, { recursive: true, force: true });
  });

  const run = (env: Readonly<Record<string, string>>): RunningProgram =>
    (program = runProgram({ DATA_DIR: dataDir, PORT: '0', ...env }));

  /** Where it says that it listens. */
  const urlOf = async (): Promise<string> => {
    await program.says('API server listens on');
    return /API server listens on (http:\S+?)[,"]/.exec(program.output())?.[1] ?? '';
  };

  const create = (url: string, name: string): Promise<Response> =>
    fetch(`${url}/api/v1/categories`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'brings its database along, keeps what it has, and ends with 0 by %s',
    async (signal) => {
      run({});
      expect((await create(await urlOf(), 'Drinks')).status).toBe(201);
      program.kill(signal);
      expect(await program.exited).toBe(0);
      expect(program.output()).toContain('MONGODB_URI is not set');
      run({ LOG_FORMAT: 'pretty' });
      expect((await create(await urlOf(), 'Drinks')).status).toBe(409);
      // As the logger writes it, on the same terminal.
      expect(program.output()).toMatch(/^\[\d{4}(-\d\d){2} \d\d(:\d\d){2}\.\d{3}\] /m);
    },
  );

  it('says that its port is taken, and which variable sets another', async () => {
    run({});
    const first = program;
    const url = await urlOf();
    const second = runProgram({ DATA_DIR: join(dataDir, 'other'), PORT: new URL(url).port });
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain(`Port ${new URL(url).port} of 127.0.0.1 is taken.`);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    program = first;
  });

  it('says that no database answers, and keeps its password', async () => {
    run({ MONGODB_URI: 'mongodb://me:hunter2@127.0.0.1:9/shop' });
    expect(await program.exited).toBe(1);
    expect(program.output()).toContain('No MongoDB server answers at mongodb://127.0.0.1:9/shop.');
    expect(program.output()).not.toContain('hunter2');
  });

  describe('with a keys file', () => {
    const sha256 = createHash('sha256').update('key-of-the-shop').digest('hex');
    const shop = { name: 'shop', sha256, models: { category: ['read'] } };

    const write = (...keys: object[]): Promise<void> =>
      writeFile(join(dataDir, 'keys.json'), JSON.stringify({ keys }), { mode: 0o600 });
    const runWithKeys = (): RunningProgram => run({ QUEUE_KEYS_FILE: join(dataDir, 'keys.json') });
    const list = (url: string): Promise<Response> =>
      fetch(`${url}/api/v1/categories`, { headers: { authorization: 'Bearer key-of-the-shop' } });

    it('that is wrong refuses to start, and names the key', async () => {
      await write({ ...shop, color: 'red' });
      runWithKeys();
      expect(await program.exited).toBe(78);
      expect(program.output()).toMatch(
        /api-server: The keys file .*keys\.json cannot be used:.*\n.*"shop".*color/,
      );
    });

    it('limits the requests of a key by default', async () => {
      await write(shop);
      runWithKeys();
      const { status, headers } = await list(await urlOf());
      expect(status).toBe(200);
      expect(headers.get('ratelimit-policy')).toContain('q=6000; w=60');
    });

    it.each([
      {
        what: 'the former keys when it is wrong',
        keys: [{ ...shop, sha256: 'none' }],
        says: 'the former keys stay',
        status: 200,
      },
      {
        what: 'the rights of a changed key',
        keys: [{ ...shop, models: {} }],
        says: '"changed":["shop"]',
        status: 404,
      },
      { what: 'no removed key', keys: [], says: '"removed":["shop"]', status: 401 },
    ])('that is read again at SIGHUP has $what', async ({ keys, says, status }) => {
      await write(shop);
      runWithKeys();
      const url = await urlOf();
      await write(...keys);
      program.kill('SIGHUP');
      await program.says(says);
      expect((await list(url)).status).toBe(status);
    });
  });

  it.each([
    { where: 'nothing listens', url: 'http://127.0.0.1:9', reason: 'connect ECONNREFUSED 127.0.0.1:9' },
    { where: 'DNS does not know', url: 'http://nowhere.invalid', reason: 'nowhere.invalid' },
  ])('says in one line that it waits for a queue server where $where', async ({ url, reason }) => {
    run({ QUEUE_URL: url, LOG_FORMAT: 'pretty' });
    await program.says('events wait in the outbox');
    await urlOf();
    const lines = program.output().split('\n');
    expect(lines.filter((line) => line.includes('events wait in the outbox'))).toEqual([
      expect.stringContaining(reason),
    ]);
    expect(program.output()).not.toMatch(/\n\s+at /);
  });

  it('refuses a wrong environment with 78', async () => {
    run({ PORT: 'x', QUEUE_URL: 'y' });
    expect(await program.exited).toBe(78);
    expect(program.output()).toMatch(
      /api-server: The environment is wrong:\n {2}PORT="x".*\n {2}QUEUE_URL="y"/,
    );
  });
});
