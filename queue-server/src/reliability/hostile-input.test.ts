import { describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import * as fc from 'fast-check';
import { beside, expectTyped, payload, publication, subscription, tail } from './hostile.fixture.js';

const now = beside();
// Text, because a literal would set the prototype instead.
const poisoned = (text: string): unknown => JSON.parse(text);

describe('a server that is sent nonsense', () => {
  it.each<[string, string, readonly unknown[]]>([
    ['queue_unknown', 'publish', ['nothing', publication]],
    ['queue_unknown', 'publish', ['__proto__', publication]],
    ['queue_unknown', 'publish', ['constructor', publication]],
    ['event_unknown', 'publish', ['files', { ...publication, event: 'toString' }]],
    ['event_unknown', 'publish', ['files', { ...publication, event: '__proto__' }]],
    ['payload_invalid', 'publish', ['files', { event: 'save', payload: { ...payload, bytes: '1' } }]],
    [
      'payload_invalid',
      'publish',
      ['files', { event: 'save', payload: poisoned('{"__proto__":{"path":"a"}}') }],
    ],
    [
      'message_too_large',
      'publish',
      ['files', { event: 'save', payload: { ...payload, path: 'x'.repeat(2 ** 20) } }],
    ],
    ['message_too_large', 'publish', ['files', { ...publication, headers: { x: 'x'.repeat(2 ** 14) } }]],
    ['message_invalid', 'publish', ['files', { ...publication, headers: { x: 1 } }]],
    ['message_invalid', 'publish', ['files', { ...publication, id: 'not a uuid' }]],
    ['frame_invalid', 'publish:frame', ['files', Buffer.alloc(200)]],
    ['frame_too_large', 'publish:frame', ['files', Buffer.alloc(4 * 2 ** 20 + 1)]],
    ['request_invalid', 'publish:frame', ['files', 'text']],
    ['request_invalid', 'publish', ['files', []]],
    ['subscription_unknown', 'settle', ['nobody', []]],
    ['subscription_unknown', 'unsubscribe', ['nobody']],
    ['subscription_unknown', 'position', ['nobody', 1]],
    ['group_unknown', 'group:delete', ['files', 'none']],
    ['event_unknown', 'subscribe', [{ ...subscription, settings: { events: ['sav'] } }]],
    ['event_unknown', 'tail', [{ ...tail, events: ['sav'] }]],
    ['request_invalid', 'no such request', [1, 2]],
  ])('answers %s', async (code, event, args) => {
    const { message, ...refusal } = await now.hostile.refusal(event, ...args);
    expect(refusal.code).toBe(code);
    expect(message.length).toBeLessThan(1_000);
  });

  it('answers a payload that is nested deeper than any client of Socket.IO could send it', async () => {
    const { engine } = now.hostile.socket.io;
    const text = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    const answer = new Promise<string>((resolve) => {
      engine.on('data', (data: string) => {
        if (data.startsWith('3999')) resolve(data.slice('3999'.length));
      });
    });
    engine.send(`2999["publish","files",{"event":"save","payload":${text}}]`);
    expect(JSON.parse(await answer)).toMatchObject([{ ok: false, error: { code: 'payload_invalid' } }]);
  });

  it('takes a frame that was changed on the way whole and right, or refuses it', async () => {
    const drafts = [1, 2, 3].map(() => ({ id: newId(), event: 'save', payload: JSON.stringify(payload) }));
    const { bytes } = encodeFrame(drafts);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(bytes.length),
        async (changes, length) => {
          const broken = Uint8Array.from(length % 3 === 0 ? bytes.subarray(0, length) : bytes);
          for (const [at, value] of changes) if (at < broken.length) broken[at] = value;
          const result = await now.hostile.ask('publish:frame', 'files', Buffer.from(broken));
          expectTyped(result, changes);
          if (Buffer.compare(broken, bytes) !== 0) expect(result).toMatchObject({ ok: false });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("refuses a name in use, what is not the member's, and more subscriptions than it serves", async () => {
    await now.peaceful.publish('files', 'save', payload);
    expect(await now.hostile.ask('subscribe', subscription)).toMatchObject({ ok: true });
    expect(await now.hostile.refusal('subscribe', subscription)).toMatchObject({
      code: 'subscription_exists',
    });
    expect(await now.hostile.refusal('tail', { ...tail, subscription: 's' })).toMatchObject({
      code: 'subscription_exists',
    });
    const settlement = { token: 2 ** 40, outcome: { kind: 'ack' }, ranges: [[1, 1]] };
    expect(await now.hostile.refusal('settle', 's', [settlement])).toMatchObject({ code: 'lease_lost' });
    const answers = await Promise.all(
      Array.from({ length: 3_000 }, (_, n) =>
        now.hostile.ask(n % 2 === 0 ? 'subscribe' : 'tail', {
          ...(n % 2 === 0 ? subscription : tail),
          subscription: `many-${n}`,
        }),
      ),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(999);
    for (const answer of answers) expectTyped(answer, 'many');
  });

  it('keeps its memory, whatever is sent at once', async () => {
    const large = {
      ...publication,
      headers: { x: 'x'.repeat(2 ** 14) },
      payload: { ...payload, path: 'x'.repeat(2 ** 20) },
    };
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    for (let rounds = 0; rounds < 20; rounds++) {
      await Promise.all(Array.from({ length: 20 }, () => now.hostile.refusal('publish', 'files', large)));
    }
    // 400 MB came in; what stays is what the collector has not looked at yet.
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 2 ** 20);
  });
});
