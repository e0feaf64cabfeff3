import { beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { RateLimits, type Cost, type RateLimit } from './rate-limits.js';

let now: number;
let limits: RateLimits;

beforeEach(() => {
  now = 0;
  limits = new RateLimits({ messagesPerSecond: 10, bytesPerSecond: 1_000 }, () => now);
});

/** The details of the refusal; undefined: it was accepted. */
const refusalOf = (limit: RateLimit, cost: Cost): QueueError | undefined => {
  try {
    limit.take(cost);
    return undefined;
  } catch (error) {
    if (error instanceof QueueError) return error;
    throw error;
  }
};

describe('the rate limits of a principal', () => {
  it.each([
    [{ messages: 11, bytes: 0 }, 'messages', 10, 'RATE_MESSAGES_PER_SECOND'],
    [{ messages: 1, bytes: 2_000 }, 'bytes', 1_000, 'RATE_BYTES_PER_SECOND'],
  ] as const)('say after %j how long to wait, and by which setting', (cost, limit, perSecond, variable) => {
    const one = limits.open('one');
    one.take(cost);
    const refusal = refusalOf(one, cost);
    expect(refusal).toMatchObject({
      code: 'rate_limited',
      retryable: true,
      details: { limit, perSecond, retryAfterMs: expect.any(Number) },
      message: expect.stringContaining(variable),
    });
    now += Number(refusal?.details.retryAfterMs);
    expect(refusalOf(one, cost)).toBeUndefined();
  });

  it('take nothing of either when one of them refuses', () => {
    const one = limits.open('one');
    one.take({ messages: 0, bytes: 1_000 });
    for (let n = 0; n < 20; n++) {
      expect(refusalOf(one, { messages: 5, bytes: 10 })?.details.limit).toBe('bytes');
    }
    now += 10;
    expect(refusalOf(one, { messages: 10, bytes: 10 })).toBeUndefined();
  });

  it('are forgotten at once of a principal that leaves without a request', () => {
    for (let n = 0; n < 1_000; n++) {
      limits.open(`jwt:${n}`);
      limits.close(`jwt:${n}`);
    }
    expect(limits.size).toBe(0);
  });

  it('are shared by its connections, and by nobody else', () => {
    const [first, second, other] = [limits.open('one'), limits.open('one'), limits.open('other')];
    first.take({ messages: 10, bytes: 0 });
    expect(refusalOf(second, { messages: 1, bytes: 0 })).toMatchObject({ code: 'rate_limited' });
    expect(refusalOf(other, { messages: 10, bytes: 0 })).toBeUndefined();
  });

  it('are none where nothing is configured', () => {
    const one = new RateLimits({}, () => now).open('one');
    for (let n = 0; n < 1_000; n++) one.take({ messages: 1e9, bytes: 1e12 });
  });

  it('outlive its connections until they would allow as much as new ones, and are then forgotten', () => {
    limits.open('one').take({ messages: 30, bytes: 0 });
    limits.close('one');
    now += 1_500;
    expect(refusalOf(limits.open('one'), { messages: 1, bytes: 0 })).toMatchObject({ code: 'rate_limited' });
    limits.close('one');
    now += 10_000;
    limits.open('other');
    expect(limits.size).toBe(1);
  });

  it('are not forgotten while it is connected', () => {
    const one = limits.open('one');
    limits.open('one');
    limits.close('one');
    now += 100_000;
    limits.open('other');
    one.take({ messages: 10, bytes: 0 });
    expect(refusalOf(limits.open('one'), { messages: 1, bytes: 0 })).toMatchObject({ code: 'rate_limited' });
  });
});
