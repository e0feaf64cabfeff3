import { expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { received } from '../plain-client.fixture.js';
import { keyHolders } from './key-holders.fixture.js';

const LIMIT = 10;
const MINUTE = 60_000;
const holders = keyHolders({ messagesPerSecond: LIMIT, now: () => 0 });

const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };
const publication = { event: 'save', payload: save };
const frame = (count: number): Uint8Array =>
  encodeFrame(
    Array.from({ length: count }, () => ({ id: newId(), event: 'save', payload: JSON.stringify(save) })),
  ).bytes;

it.each<[string, unknown]>([
  ['publish:frame', frame(LIMIT)],
  ['publish:batch:frame', frame(LIMIT)],
  ['publish:batch', Array.from({ length: LIMIT }, () => publication)],
  ['publish', Array.from({ length: LIMIT }, () => publication)],
])('what is sent by %s after a token expired is charged to its principal', async (verb, messages) => {
  const token = (): string => holders.jsonWebToken('ann', { files: { publish: ['save'] } }, MINUTE);
  const [client, same] = [await holders.client(token()), await holders.client(token())];
  const expired = received(client.socket, 'auth:expired', 1);
  holders.time.pass(2 * MINUTE);
  await expired;
  expect(await client.refusal(verb, 'files', messages)).toMatchObject({ code: 'auth_expired' });
  for (const each of [client, same]) {
    await each.value('authenticate', { token: token() });
    expect(await each.refusal('publish', 'files', publication)).toMatchObject({
      code: 'rate_limited',
      details: { limit: 'messages' },
    });
  }
});
