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

  it('reads its keys again at SIGHUP, and keeps the former ones when the file is wrong', async () => {
    const file = join(dataDir, 'keys.json');
    const write = (...keys: object[]): Promise<void> =>
      writeFile(file, JSON.stringify({ keys }), { mode: 0o600 });
    const sha256 = createHash('sha256').update('key-of-the-shop').digest('hex');
    const shop = { name: 'shop', sha256, models: { category: ['read'] } };
    await write({ ...shop, color: 'red' });
    run({ QUEUE_KEYS_FILE: file });
    expect(await program.exited).toBe(78);
    expect(program.output()).toMatch(
      /api-server: The keys file .*keys\.json cannot be used:.*\n.*"shop".*color/,
    );

    await write(shop);
    run({ QUEUE_KEYS_FILE: file });
    const url = await urlOf();
    const list = (): Promise<Response> =>
      fetch(`${url}/api/v1/categories`, { headers: { authorization: 'Bearer key-of-the-shop' } });
    const status = async (): Promise<number> => (await list()).status;
    const { status: first, headers } = await list();
    expect([first, headers.get('ratelimit-policy')]).toEqual([200, expect.stringContaining('q=6000; w=60')]);
    await write({ ...shop, sha256: 'none' });
    program.kill('SIGHUP');
    await program.says('the former keys stay');
    expect(await status()).toBe(200);
    await write({ ...shop, models: {} });
    program.kill('SIGHUP');
    await program.says('"changed":["shop"]');
    expect(await status()).toBe(404);
    await write();
    program.kill('SIGHUP');
    await program.says('"removed":["shop"]');
    expect(await status()).toBe(401);
  });

  it.each([
    ['nothing listens', 'http://127.0.0.1:9', 'connect ECONNREFUSED 127.0.0.1:9'],
    ['DNS does not know', 'http://nowhere.invalid', 'nowhere.invalid'],
  ])('says in one line that it waits for a queue server where %s', async (_, url, reason) => {
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
