import { describe, expect, it } from '@jest/globals';
import { DAY } from '@typed-queue/contracts';
import { Outcomes, retryOf } from './outcomes.js';
import { RetryAfter } from './retry-after.js';

describe('retryOf', () => {
  it('takes whatever a handler throws, also what has no text', () => {
    const withMessage = (message: unknown): Error => Object.assign(new Error(), { message });
    const unprintable = {
      toString: () => {
        throw new Error('no text');
      },
    };
    const odd = [
      undefined,
      null,
      Object.create(null),
      withMessage({ a: 1 }),
      withMessage(undefined),
      unprintable,
    ];
    expect(odd.map((error) => retryOf(error).reason)).toEqual(['undefined', 'null', '', '', '', '']);
    expect(retryOf(Symbol('s')).reason).toBe('Symbol(s)');
  });

  it('gives the reason of what was thrown, and leaves the delay to the group', () => {
    expect(retryOf(new Error('no'))).toEqual({ kind: 'retry', reason: 'no' });
    expect(retryOf('text')).toEqual({ kind: 'retry', reason: 'text' });
    expect(retryOf(new Error('x'.repeat(5_000))).reason).toHaveLength(200);
  });

  it('takes the delay of RetryAfter, in whole milliseconds', () => {
    expect(retryOf(new RetryAfter(1_500.2, 'busy'))).toEqual({
      kind: 'retry',
      delayMs: 1_501,
      reason: 'busy',
    });
    expect(retryOf(new RetryAfter(0)).delayMs).toBe(0);
  });
});

describe('RetryAfter', () => {
  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 366 * DAY])('refuses %d', (delayMs) => {
    expect(() => new RetryAfter(delayMs)).toThrow(expect.objectContaining({ code: 'request_invalid' }));
  });
});

describe('Outcomes', () => {
  it('says each outcome once, for ranges', () => {
    const outcomes = new Outcomes();
    for (const seq of [1, 2, 3, 7, 5]) outcomes.ack(seq);
    outcomes.retry(4, { kind: 'retry', reason: 'a' });
    outcomes.retry(6, { kind: 'retry', reason: 'a' });
    outcomes.retry(8, { kind: 'retry', reason: 'a', delayMs: 9 });
    expect(outcomes.empty).toBe(false);
    expect(outcomes.take(11)).toEqual([
      { token: 11, outcome: { kind: 'ack' }, ranges: [[1, 3], [5, 5], [7, 7]] }, // prettier-ignore
      { token: 11, outcome: { kind: 'retry', reason: 'a' }, ranges: [[4, 4], [6, 6]] }, // prettier-ignore
      { token: 11, outcome: { kind: 'retry', reason: 'a', delayMs: 9 }, ranges: [[8, 8]] },
    ]);
    expect([outcomes.empty, outcomes.take(11)]).toEqual([true, []]);
  });
});
