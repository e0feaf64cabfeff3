import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { plainClient, type PlainClient } from './plain-client.fixture.js';
import { startTestServer, type TestServer } from './testing.js';
import { CHARGES } from './transport/request-charge.js';

const LIMIT = 10;

let server: TestServer;
let client: PlainClient;

beforeEach(async () => {
  server = await startTestServer({ storage: 'memory', now: () => 0, messagesPerSecond: LIMIT });
  client = await plainClient(server.url);
});
afterEach(async () => {
  client.socket.disconnect();
  await server.close();
});

const frame = (count: number): Uint8Array =>
  encodeFrame(Array.from({ length: count }, () => ({ id: newId(), event: 'none', payload: '1' }))).bytes;
const of = (...kinds: readonly string[]): string[] =>
  Object.entries(CHARGES).flatMap(([verb, kind]) => (kinds.includes(kind) ? [verb] : []));

describe('a client at its rate limit', () => {
  it.each([...of('message', 'messages', 'frame'), 'unknown'])(
    'got there by %s, which was refused',
    async (verb) => {
      for (let n = 0; n < LIMIT; n++) {
        expect(await client.ask(verb)).not.toMatchObject({ error: { code: 'rate_limited' } });
      }
      for (const next of [verb, 'queues']) {
        expect(await client.refusal(next)).toMatchObject({
          code: 'rate_limited',
          details: { limit: 'messages' },
        });
      }
    },
  );

  it.each([
    ['publish', Array.from({ length: LIMIT })],
    ['publish:frame', frame(LIMIT)],
    ['publish:batch', Array.from({ length: LIMIT })],
    ['publish:batch:frame', frame(LIMIT)],
  ])('got there by the messages of one %s', async (verb, messages) => {
    await client.ask(verb, 'files', messages);
    expect(await client.refusal('queues')).toMatchObject({ code: 'rate_limited' });
  });

  it.each(of('control', 'position'))('is not refused %s', async (verb) => {
    for (let n = 0; n <= LIMIT; n++) await client.ask('queues');
    expect(await client.refusal(verb, 'none', 1)).toMatchObject({ code: 'subscription_unknown' });
  });

  it('may authenticate, 30 times at once', async () => {
    for (let n = 0; n <= LIMIT; n++) await client.ask('queues');
    for (let n = 0; n < 30; n++) await client.value('authenticate', { token: 'any' });
    expect(await client.refusal('authenticate', { token: 'any' })).toMatchObject({
      code: 'rate_limited',
      details: { limit: 'authentications' },
    });
  });
});
