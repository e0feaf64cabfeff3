import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Authenticator, keyDigest } from '@typed-queue/program';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startTestServer, type TestServer } from '../testing.js';

let folder: string;
let server: TestServer;
let log: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metrics-'));
  log = '';
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const ask = (headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Response> =>
  fetch(`${server.url}/metrics`, { method, headers: { connection: 'close', ...headers } });

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** With three keys: of an operator, of one queue's, and of a consumer. */
const startWithKeys = async (): Promise<void> => {
  const entry = (name: string, queues: object) => ({ name, sha256: keyDigest(`key-of-${name}`), queues });
  const keys = [
    entry('prometheus', { '*': { admin: true } }),
    entry('half', { files: { admin: true } }),
    entry('consumer', { '*': { consume: ['*'], publish: ['*'], tail: true } }),
  ];
  const keysFile = join(folder, 'keys.json');
  await writeFile(keysFile, JSON.stringify({ keys }), { mode: 0o600 });
  const logger = pino({ level: 'warn' }, { write: (line: string) => (log += line) });
  const authenticator = await Authenticator.open({ keysFile });
  server = await startTestServer({ storage: 'memory', authenticator, logger, maxWrongKeys: 2 });
};

describe('/metrics of a server without keys', () => {
  beforeEach(async () => {
    server = await startTestServer({ storage: 'memory' });
  });

  it('answers everybody, in the text format of Prometheus', async () => {
    const response = await ask();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain('# TYPE typed_queue_ready gauge\ntyped_queue_ready 1\n');
  });

  it('answers HEAD without a body', async () => {
    const response = await ask({}, 'HEAD');
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
  });

  it('is closed to foreign web pages, unlike the pages of health', async () => {
    const response = await ask({ origin: 'https://foreign.example' });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'origin_refused' });
    const health = await fetch(`${server.url}/livez`, { headers: { origin: 'https://foreign.example' } });
    expect(health.status).toBe(200);
  });

  it('has the same text for requests that come together', async () => {
    const texts = await Promise.all([ask(), ask(), ask()].map(async (each) => (await each).status));
    expect(texts).toEqual([200, 200, 200]);
  });
});

describe('/metrics of a server with keys', () => {
  beforeEach(startWithKeys);

  it('answers a key with the right admin of all queues', async () => {
    expect((await ask(bearer('key-of-prometheus'))).status).toBe(200);
  });

  it.each([
    ['no token', {}],
    ['another scheme', { authorization: 'Basic key-of-prometheus' }],
    ['an unknown key', bearer('key-of-nobody')],
  ])('answers %s with 401, and how to ask', async (_, headers) => {
    const response = await ask(headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="typed-queue"');
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const message = expect.stringContaining('`Authorization: Bearer`');
    expect(await response.json()).toMatchObject({ code: 'unauthorized', message, retryable: false });
  });

  it.each(['half', 'consumer'])(
    'answers the key of %s, which may not administer all queues, with 403',
    async (name) => {
      const response = await ask(bearer(`key-of-${name}`));
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: 'forbidden', details: { missing: ['admin'] } });
    },
  );

  it('limits the wrong keys of an address, and writes refusals down', async () => {
    for (let times = 0; times < 2; times++) await ask(bearer('key-of-nobody'));
    const response = await ask(bearer('key-of-prometheus'));
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ code: 'rate_limited' });
    expect(log).toContain('audit: request /metrics: unauthorized');
  });
});
