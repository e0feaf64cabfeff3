import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { pino } from 'pino';
import { plainClient, type PlainClient } from './plain-client.fixture.js';
import { startTestServer, type TestServer } from './testing.js';

const [ONE, OTHER] = ['key-of-the-first-one', 'key-of-the-other-one'];
const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };
const publication = { event: 'save', payload: save };
const PRODUCER = newId();

let now: number;
let lines: string[];
let server: TestServer;
const clients: PlainClient[] = [];

beforeEach(async () => {
  now = 0;
  lines = [];
  server = await startTestServer({
    storage: 'memory',
    keys: [ONE, OTHER],
    now: () => now,
    logger: pino({ level: 'warn' }, { write: (line: string) => lines.push(line) }),
    messagesPerSecond: 10,
    bytesPerSecond: 100_000,
    maxSubscriptions: 3,
    maxGroupsPerConnection: 2,
    maxWrongKeys: 2,
    maxPayloadBytes: 2_000,
    maxHeadersBytes: 100,
  });
});
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.disconnect();
  await server.close();
});

const client = async (token = ONE): Promise<PlainClient> => {
  const made = await plainClient(server.url, { token });
  clients.push(made);
  return made;
};
const frame = (count: number, firstNumber: number, payload: object = save): Uint8Array =>
  encodeFrame(
    Array.from({ length: count }, () => ({ id: newId(), event: 'save', payload: JSON.stringify(payload) })),
    { producer: PRODUCER, firstNumber },
  ).bytes;
const warnings = (): string[] => lines.map((line) => (JSON.parse(line) as { readonly msg: string }).msg);

describe('a server with rate limits', () => {
  it('ends a subscription of a client that is over its rate of control requests', async () => {
    const one = await client();
    await one.value('tail', { subscription: 't', queue: 'files', from: 'start' });
    for (let n = 0; n < 5_000; n++) one.socket.emit('unsubscribe', 's');
    await one.value('unsubscribe', 't');
    expect(await one.refusal('unsubscribe', 't')).toMatchObject({ code: 'subscription_unknown' });
  });

  it('cuts off every connection of a principal that sends far too many control requests, and says so', async () => {
    const [one, same, other] = [await client(), await client(), await client(OTHER)];
    const gone = [one, same].map(
      ({ socket }) => new Promise((resolve) => socket.once('disconnect', resolve)),
    );
    for (const { socket } of [one, same]) for (let n = 0; n < 10_010; n++) socket.emit('unsubscribe', 's');
    await Promise.all(gone);
    expect(warnings()).toContain('a client keeps sending before its retryAfterMs is over, and was cut off');
    await other.value('publish', 'files', publication);
    await expect(client()).rejects.toMatchObject({
      data: { code: 'rate_limited', details: { limit: 'handshakes' } },
    });
  });

  it('counts a position that says nothing new as a control request', async () => {
    const one = await client();
    await one.value('tail', { subscription: 't', queue: 'files', from: 'start' });
    const gone = new Promise((resolve) => one.socket.once('disconnect', resolve));
    for (let n = 0; n < 10_010; n++) one.socket.emit('position', n % 2 === 0 ? 't' : 'unknown', 1);
    await gone;
  });

  it.each([
    ['queues', []],
    ['publish', ['files']],
    ['tail', []],
  ])('counts the bytes of an attachment of %s', async (event, args) => {
    const one = await client();
    expect(await one.ask(event, ...args, Buffer.alloc(200_000))).toBeDefined();
    expect(await one.refusal('queues')).toMatchObject({ code: 'rate_limited', details: { limit: 'bytes' } });
  });

  it.each(['pause', 'unsubscribe', 'position'])('counts the bytes of an attachment of %s', async (event) => {
    const one = await client();
    expect(await one.refusal(event, Buffer.alloc(200_000))).toMatchObject({ code: 'request_invalid' });
    expect(await one.refusal('queues')).toMatchObject({ code: 'rate_limited', details: { limit: 'bytes' } });
  });

  it('remembers nothing of refused frames of a queue that the client does not know', async () => {
    const one = await client();
    await one.value('publish:frame', 'files', frame(10, 1));
    expect(await one.refusal('publish:frame', 'nothing', frame(1, 1))).toMatchObject({
      code: 'rate_limited',
    });
    now += 1_000;
    expect(await one.refusal('publish:frame', 'nothing', frame(1, 2))).toMatchObject({
      code: 'queue_unknown',
    });
  });

  it('takes 200 connections of a principal at once, and tells the next how long to wait', async () => {
    for (let n = 0; n < 200; n++) (await client()).socket.disconnect();
    await expect(client()).rejects.toMatchObject({
      data: { code: 'rate_limited', details: { limit: 'handshakes', retryAfterMs: 10 } },
    });
    await client(OTHER);
    now += 10;
    await client();
  });
});

describe('a tail of a client that reports every message', () => {
  it('is slowed down to its rate of positions, and neither stalls nor is cut off', async () => {
    const slow = await startTestServer({
      storage: 'memory',
      now: () => now,
      messagesPerSecond: 100_000,
      // The clock goes on by what the server waits for; longer waits are of deadlines.
      after: (ms, run) => {
        if (ms > 2_000) return () => undefined;
        now += ms;
        const immediate = setImmediate(run);
        return () => clearImmediate(immediate);
      },
    });
    const one = await plainClient(slow.url);
    const count = 7_000;
    for (let n = 0; n < 7; n++) await one.value('publish:frame', 'files', frame(1_000, 1 + n * 1_000));
    let seen = 0;
    const read = new Promise<void>((resolve, reject) => {
      one.socket.once('disconnect', reject);
      one.socket.on('replay', ({ messages }: { readonly messages: readonly { readonly seq: number }[] }) => {
        for (const { seq } of messages) one.socket.emit('position', 't', seq + 1);
        if ((seen += messages.length) === count) resolve();
      });
    });
    await one.value('tail', { subscription: 't', queue: 'files', from: 'start', window: { messages: 50 } });
    await read;
    // 5,000 at once; the others wait, but for the last window.
    expect(now).toBeGreaterThanOrEqual(1_900);
    one.socket.disconnect();
    await slow.close();
  });
});
