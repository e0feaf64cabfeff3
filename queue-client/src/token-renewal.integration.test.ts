import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, type SystemContract } from '@typed-queue/contracts';
import { Authenticator } from '@typed-queue/program';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ClientEvents, type QueueClient } from './index.js';

const SECRET = 'a-secret-that-signs-tokens-of-tests';
const JWT = { audience: 'queue', issuer: 'tests', algorithms: ['HS256'], key: { secret: SECRET } };
const QUEUES = { files: { publish: ['save'], consume: ['g'], tail: true, admin: true } };
const MINUTE = 60_000;
const MESSAGES = 400;
/** What the code of a client could notice of a token that is replaced. */
const NOTICED = [
  ...['disconnected', 'connection:failed', 'token:failed', 'gap', 'lease:lost', 'handler:error', 'error'],
] as const satisfies readonly (keyof ClientEvents)[];

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

let folder: string;
let server: TestServer;
let now: number;
/** The timers of tokens and handshakes; they run when time passes. */
let timers: Map<() => void, number>;
const clients: QueueClient<SystemContract>[] = [];

const after = (ms: number, run: () => void): (() => void) => {
  const once = (): void => run();
  timers.set(once, now + ms);
  return () => timers.delete(once);
};

const pass = (ms: number): void => {
  now += ms;
  for (const [run, at] of [...timers]) if (at <= now && timers.delete(run)) run();
};

/** Replaces the only key of the keys file. */
const writeKey = (name: string): Promise<void> => {
  const keys = [{ name, sha256: digest(name), queues: QUEUES }];
  return writeFile(join(folder, 'keys.json'), JSON.stringify({ keys }), { mode: 0o600 });
};

/** A JSON Web Token that is valid for a minute. */
const jsonWebToken = (): string => {
  const payload = { sub: 'ann', aud: 'queue', iss: 'tests', typed_queue: { queues: QUEUES } };
  const text = `${encoded({ alg: 'HS256' })}.${encoded({ ...payload, exp: (now + MINUTE) / 1_000 })}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
};

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  timers = new Map();
  folder = await mkdtemp(join(tmpdir(), 'token-renewal-'));
  await writeKey('key-1');
  const keysFile = join(folder, 'keys.json');
  const authenticator = await Authenticator.open({ keysFile, jwt: JWT, wallNow: () => now });
  server = await startTestServer({ storage: 'memory', authenticator, after });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await server.close();
  await rm(folder, { recursive: true });
});

const open = (token: () => string | Promise<string>): QueueClient<SystemContract> => {
  const client = connect(contract, { url: server.url, token });
  clients.push(client);
  return client;
};

/** Publishes, consumes and tails with one client, and replaces its token again and again. */
const play = async (token: () => string, replace: (round: number) => void | Promise<void>) => {
  let asked = 0;
  const client = open(() => (asked++, token()));
  const noticed: string[] = [];
  for (const event of NOTICED) client.on(event, () => noticed.push(event));
  const handled: number[] = [];
  const subscription = client.subscribe('files', { group: 'g', concurrency: 4 }, async ({ seq }) => {
    await new Promise((resolve) => setImmediate(resolve));
    handled.push(seq);
  });
  const tail = client.tail('files', { from: 'start' });
  await Promise.all([subscription.ready, tail.ready]);
  const receipts: Promise<{ seq: number }>[] = [];
  const tailed: number[] = [];
  const reading = (async () => {
    for await (const { seq } of tail) if (tailed.push(seq) === MESSAGES) return;
  })();
  for (let n = 1; n <= MESSAGES; n++) {
    const payload = { path: `/${n}`, bytes: n, sha256: '', durationMs: 0 };
    const batch = [{ event: 'save', payload }] as const;
    receipts.push(
      n % 2 === 0
        ? client.publish('files', 'save', payload)
        : client.publishBatch('files', batch).then(({ messages }) => messages[0] ?? { seq: NaN }),
    );
    if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    // Answered when the last token was accepted: the next one expires with frames pending.
    if (n % 80 === 40) await client.admin.groups('files');
    if (n % 80 === 0) await replace(n);
  }
  const seqs = (await Promise.all(receipts)).map(({ seq }) => seq);
  await reading;
  while (handled.length < MESSAGES) await new Promise((resolve) => setImmediate(resolve));
  await subscription.close();
  const [group] = await client.admin.groups('files');
  return { seqs, tailed, handled: handled.sort((a, b) => a - b), noticed, asked, depth: group?.depth };
};

const ALL = Array.from({ length: MESSAGES }, (_, index) => index + 1);

describe('a client whose token is a function', () => {
  it('goes on without a gap, and without noticing, when its JSON Web Tokens expire', async () => {
    const { asked, ...seen } = await play(jsonWebToken, () => pass(2 * MINUTE));
    expect(seen).toEqual({ seqs: ALL, tailed: ALL, handled: ALL, noticed: [], depth: 0 });
    expect(asked).toBe(1 + MESSAGES / 80);
  });

  it('goes on without a gap, and without noticing, when its key is rotated', async () => {
    let key = 'key-1';
    const { asked, ...seen } = await play(
      () => key,
      async (round) => {
        key = `key-${round}`;
        await writeKey(key);
        await server.reload();
      },
    );
    expect(seen).toEqual({ seqs: ALL, tailed: ALL, handled: ALL, noticed: [], depth: 0 });
    expect(asked).toBe(1 + MESSAGES / 80);
  });

  it('connects when the function has failed at first', async () => {
    let failures = 0;
    const client = connect(contract, {
      url: server.url,
      token: () => (++failures < 3 ? Promise.reject(new Error('not yet')) : 'key-1'),
      reconnect: { minDelayMs: 1, maxDelayMs: 4 },
    });
    clients.push(client);
    const errors: unknown[] = [];
    client.on('token:failed', ({ error }) => errors.push(error));
    expect(await client.admin.groups('files')).toEqual([]);
    expect(errors).toEqual([new Error('not yet'), new Error('not yet')]);
  });
});

describe('a client whose token is a text', () => {
  const ended = (client: QueueClient<SystemContract>): Promise<unknown> =>
    new Promise((resolve) => client.once('error', ({ error }) => resolve(error)));

  it('ends when it expires', async () => {
    const client = connect(contract, { url: server.url, token: jsonWebToken() });
    clients.push(client);
    await client.admin.groups('files');
    const error = ended(client);
    pass(2 * MINUTE);
    expect(await error).toMatchObject({ code: 'auth_expired' });
    expect(client.state.kind).toBe('refused');
  });

  it('ends at once when it has expired before', async () => {
    const token = jsonWebToken();
    pass(2 * MINUTE);
    const client = connect(contract, { url: server.url, token });
    clients.push(client);
    expect(await ended(client)).toMatchObject({ code: 'auth_expired' });
    expect(client.state.kind).toBe('refused');
  });

  it('ends when its key is withdrawn', async () => {
    const client = connect(contract, { url: server.url, token: 'key-1' });
    clients.push(client);
    await client.admin.groups('files');
    const error = ended(client);
    await writeKey('key-2');
    await server.reload();
    expect(await error).toMatchObject({ code: 'unauthorized' });
    expect(client.state.kind).toBe('refused');
  });
});
