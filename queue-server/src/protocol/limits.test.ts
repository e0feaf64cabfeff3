import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plainClient, type PlainClient } from '../plain-client.fixture.js';
import { readProtocolDocument, tableOf } from './document.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';

type Request = readonly [event: string, ...args: unknown[]];

const limits = Object.fromEntries(tableOf(await readProtocolDocument(), 'what', 'limit')) as Record<
  string,
  string
>;
/** The largest number of a row: `1 to 10,000` is 10,000. */
const limitOf = (what: string): number => {
  const numbers = (limits[what] ?? '').match(/\d[\d,]*/g) ?? [];
  return Number(numbers.slice(0, 2).at(-1)?.replaceAll(',', ''));
};

const save = (path = '/') => ({ event: 'save', payload: { path, bytes: 0, sha256: '', durationMs: 0 } });
const create = (after: unknown) => ({ event: 'create', payload: { model: 'm', id: '1', after } });
const many = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const subscribe = (more: object): Request => [
  'subscribe',
  { subscription: crypto.randomUUID(), queue: 'files', group: crypto.randomUUID(), ...more },
];
const serve = (more: object): Request => ['serve', { responder: 'r', queue: 'files', calls: ['c'], ...more }];
const settle = (outcome: object, ranges?: unknown): Request => [
  'settle',
  's',
  [{ token: 0, outcome, ranges }],
];
/** An object with a number of levels, itself included. */
const nested = (levels: number): object => (levels === 1 ? {} : { a: nested(levels - 1) });

let server: TestServer;
let client: PlainClient;

beforeAll(async () => {
  server = await startTestServer({ storage: 'memory' });
  client = await plainClient(server.url);
  await client.value('subscribe', { subscription: 's', queue: 'files', group: 'g' });
});
afterAll(async () => {
  client.socket.disconnect();
  await server.close();
});

const EVENTS = 'names in `events`, `knows`';
const LIST = '`tokens`; settlements of a request; their ranges together';
const CALLS = 'calls of `calls`; ids of `call:cancel`; replies of `replies`';
const WINDOW = '`window` of a stream; items of `call:more`';

describe('a limit that docs/protocol.md names', () => {
  it.each<[what: string, code: string, request: (limit: number) => Request]>([
    [
      'payload, as JSON in UTF-8',
      'message_too_large',
      (n) => {
        const rest = JSON.stringify(save('').payload).length;
        return ['publish', 'files', save('é'.repeat((n - rest) / 2) + 'x'.repeat((n - rest) % 2))];
      },
    ],
    ['nesting of a payload', 'payload_invalid', (n) => ['publish', 'database', create(nested(n - 1))]],
    [
      'headers, as JSON in UTF-8',
      'message_too_large',
      (n) => {
        return ['publish', 'files', { ...save(), headers: { a: 'x'.repeat(n - '{"a":""}'.length) } }];
      },
    ],
    ['`dedupeKey`', 'message_invalid', (n) => ['publish', 'files', { ...save(), dedupeKey: 'x'.repeat(n) }]],
    ['messages of an array, or of a frame', 'request_invalid', (n) => ['publish', 'files', many(n, save())]],
    ['name of a subscription', 'request_invalid', (n) => subscribe({ subscription: 'é'.repeat(n) })],
    ['name of a group', 'request_invalid', (n) => subscribe({ group: 'g'.repeat(n) })],
    ['`window.messages`', 'request_invalid', (n) => subscribe({ window: { messages: n } })],
    ['`window.bytes`', 'request_invalid', (n) => subscribe({ window: { bytes: n } })],
    ['`concurrency`', 'request_invalid', (n) => subscribe({ concurrency: n })],
    [EVENTS, 'request_invalid', (n) => subscribe({ settings: { events: many(n, 'save') } })],
    [EVENTS, 'request_invalid', (n) => subscribe({ knows: many(n, 'save') })],
    [LIST, 'request_invalid', (n) => subscribe({ tokens: many(n, 1) })],
    [
      LIST,
      'request_invalid',
      (n) => ['settle', 's', Array.from({ length: n }, (_, token) => ({ token, outcome: { kind: 'ack' } }))],
    ],
    [LIST, 'request_invalid', (n) => settle({ kind: 'ack' }, many(n, [1, 1]))],
    [
      '`data` of a `failure`',
      'request_invalid',
      (n) => settle({ kind: 'retry', failure: { code: 'c', data: 'x'.repeat(n - '""'.length) } }),
    ],
    ['`reason`', 'request_invalid', (n) => settle({ kind: 'retry', reason: 'x'.repeat(n) })],
    ['`delayMs`, `retryDelaysMs`', 'request_invalid', (n) => settle({ kind: 'retry', delayMs: n })],
    ['`delayMs`, `retryDelaysMs`', 'request_invalid', (n) => subscribe({ settings: { retryDelaysMs: [n] } })],
    ['`maxAttempts`', 'request_invalid', (n) => subscribe({ settings: { maxAttempts: n } })],
    ['`expireAfterMs`', 'request_invalid', (n) => subscribe({ settings: { expireAfterMs: n } })],
    ['`limit` of `dead-letters`', 'request_invalid', (n) => ['dead-letters', 'files', { limit: n }]],
    [
      '`positions` of `dead-letters`',
      'request_invalid',
      (n) => ['dead-letters', 'files', { positions: many(n, 1) }],
    ],
    ['`limit` of `groups`', 'request_invalid', (n) => ['groups', 'files', { limit: n }]],
    ['`limit` of `scheduled`', 'request_invalid', (n) => ['scheduled', 'files', { limit: n }]],
    [CALLS, 'request_invalid', (n) => ['calls', 'files', many(n, { id: 1, call: 'c', input: '1' })]],
    [CALLS, 'request_invalid', (n) => ['call:cancel', many(n, 1)]],
    [CALLS, 'request_invalid', (n) => ['replies', many(n, { token: 1, kind: 'end' })]],
    [WINDOW, 'request_invalid', (n) => ['call:more', 1, n]],
    [
      '`timeoutMs` of a call',
      'request_invalid',
      (n) => ['call', 'files', { call: 'c', input: 1, timeoutMs: n }],
    ],
    ['names in `calls` of `serve`', 'request_invalid', (n) => serve({ calls: many(n, 'c') })],
    ['`concurrency`', 'request_invalid', (n) => serve({ concurrency: n })],
  ])('%s: up to it a request is not refused with %s, beyond it is', async (what, code, request) => {
    const limit = limitOf(what);
    const [within, beyond] = [await client.ask(...request(limit)), await client.ask(...request(limit + 1))];
    expect(within.ok ? 'ok' : within.error.code).toEqual(expect.not.stringContaining(code));
    expect(beyond.ok ? 'ok' : beyond.error.code).toEqual(code);
  });

  it('subscriptions of a connection', async () => {
    const other = await plainClient(server.url);
    const limit = limitOf('subscriptions of a connection');
    const tail = (n: number) => other.ask('tail', { subscription: `${n}`, queue: 'files', from: 'now' });
    const answers = await Promise.all(Array.from({ length: limit + 1 }, (_, n) => tail(n)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(limit);
    expect(answers.at(-1)).toMatchObject({ error: { code: 'subscription_limit' } });
    other.socket.disconnect();
  });

  it('lease', async () => {
    expect(await client.value(...subscribe({}))).toMatchObject({ leaseMs: limitOf('lease') * 1_000 });
  });
});
