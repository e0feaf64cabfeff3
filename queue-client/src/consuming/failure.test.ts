import { describe, expect, it } from '@jest/globals';
import { DAY } from '@typed-queue/contracts';
import { ContractMismatch } from '../messages/contract-check.js';
import { DeadLetter, failureOf, RetryAfter, sameFailure } from './failure.js';

describe('failureOf', () => {
  it('takes whatever a handler throws, also what has no text', () => {
    const withMessage = (message: unknown): Error => Object.assign(new Error(), { message });
    const unprintable = {
      toString: () => {
        throw new Error('no text');
      },
    };
    const odd: unknown[] = [
      ...[undefined, null, Object.create(null) as object, withMessage({ a: 1 }), withMessage(undefined)],
      unprintable,
    ];
    expect(odd.map((error) => failureOf(error).reason)).toEqual(['undefined', 'null', '', '', '', '']);
    expect(failureOf('text')).toEqual({ kind: 'retry', reason: 'text' });
    expect(failureOf(new Error('x'.repeat(5_000))).reason).toHaveLength(200);
  });

  it('takes the delay of RetryAfter, in whole milliseconds', () => {
    const busy = { kind: 'retry', delayMs: 1_501, reason: 'busy' };
    expect(failureOf(new RetryAfter(1_500.2, 'busy'))).toEqual(busy);
    expect(failureOf(new RetryAfter(0))).toMatchObject({ delayMs: 0 });
  });

  it('takes the reason of DeadLetter, and says that a contract does not match', () => {
    expect(failureOf(new DeadLetter('never', { cause: new Error('why') }))).toEqual({
      kind: 'dead-letter',
      reason: 'never',
    });
    expect(
      failureOf(
        new ContractMismatch(
          [
            { path: 'a.0', message: 'no text' },
            { path: '', message: 'short' },
          ],
          'contracts differ',
        ),
      ),
    ).toEqual({ kind: 'retry', code: 'contract_mismatch', reason: 'a.0: no text; short' });
  });

  it('compares failures that fit one settlement', () => {
    const all = [
      { kind: 'retry', reason: 'a' },
      { kind: 'retry', reason: 'a', delayMs: 1 },
      { kind: 'retry', reason: 'b' },
      { kind: 'retry', reason: 'a', code: 'contract_mismatch' },
      { kind: 'dead-letter', reason: 'a' },
      { kind: 'dead-letter', reason: 'a', code: 'contract_mismatch' },
    ] as const;
    expect(all.flatMap((a, i) => all.filter((b, j) => sameFailure(a, { ...b }) !== (i === j)))).toEqual([]);
  });
});

describe('RetryAfter', () => {
  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 366 * DAY])('refuses %d', (delayMs) => {
    expect(() => new RetryAfter(delayMs)).toThrow(expect.objectContaining({ code: 'request_invalid' }));
  });
});
