import { expect, it } from '@jest/globals';
import { plainClient } from '../plain-client.fixture.js';
import { startTestServer } from '../testing.js';

const save = { event: 'save', payload: { path: '/a', bytes: 1, sha256: 'a', durationMs: 1 } };
const LAST = Number.MAX_SAFE_INTEGER;

interface Grant {
  readonly token: number;
  readonly messages: readonly { readonly seq: number }[];
}

it('a settle request of overlapping ranges over fragmented leases costs no more than its size', async () => {
  const server = await startTestServer({ storage: 'memory' });
  const client = await plainClient(server.url);
  for (let n = 0; n < 2; n++)
    await client.value(
      'publish',
      'files',
      Array.from({ length: 2_000 }, () => save),
    );
  const tokens: number[] = [];
  let granted = 0;
  const all = new Promise<void>((resolve) => {
    client.socket.on('grant', ({ token, messages }: Grant) => {
      tokens.push(token);
      granted += messages.length;
      if (granted === 4_000) resolve();
    });
  });
  const window = { messages: 10_000, bytes: 64 * 1024 * 1024 };
  await client.value('subscribe', { subscription: 's', queue: 'files', group: 'g', window });
  await all;
  const odd = Array.from({ length: 2_000 }, (_, n) => [2 * n + 1, 2 * n + 1]);
  for (const token of tokens) {
    await client.ask('settle', 's', [{ token, outcome: { kind: 'ack' }, ranges: odd }]);
  }
  const extend = { token: tokens[0], outcome: { kind: 'extend' }, ranges: [[1, LAST]] };
  expect(
    await client.refusal(
      'settle',
      's',
      Array.from({ length: 10_000 }, () => extend),
    ),
  ).toMatchObject({
    code: 'request_invalid',
    details: { token: tokens[0] },
  });
  // Each token once, none of them held: all that is lost is the same 2,000 messages, ten thousand times.
  const foreign = Array.from({ length: 10_000 }, (_, token) => ({ ...extend, token }));
  const { code, details } = await client.refusal('settle', 's', foreign);
  expect(code).toBe('lease_lost');
  expect(details.truncated).toBe(true);
  expect(JSON.stringify(details).length).toBeLessThan(100_000);
  client.socket.disconnect();
  await server.close();
});
