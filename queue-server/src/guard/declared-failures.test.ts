import { describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue, event } from '@typed-queue/contracts';
import type { AnyFailure } from '@typed-queue/contracts';
import * as z from 'zod';
import { Guard } from './guard.js';

const orders = defineQueue('orders', {
  events: {
    placed: event(z.strictObject({}), {
      failures: {
        mail_down: { retry: true },
        sold_out: { retry: false, data: z.strictObject({ article: z.number() }) },
      },
    }),
    paid: event(z.strictObject({}), { failures: { sold_out: { retry: false, data: z.literal('all') } } }),
  },
});
const plain = defineQueue('plain', { events: { said: z.strictObject({}) } });
const guard = new Guard(defineContract({ orders, plain }));

const outcomeOf = (failure: AnyFailure, reason?: string, queue = 'orders'): unknown => {
  const outcome = { kind: 'dead-letter', ...(reason !== undefined && { reason }), failure };
  return guard.settlements(queue, [{ token: 1, outcome, ranges: [[1, 2]] }])[0]?.outcome;
};

describe('a failure of a settlement', () => {
  it.each<AnyFailure>([
    { code: 'mail_down' },
    { code: 'sold_out', data: { article: 7 } },
    { code: 'sold_out', data: 'all' },
  ])('passes as the queue declares it for any of its events: %j', (failure) => {
    expect(outcomeOf(failure, 'why')).toEqual({ kind: 'dead-letter', reason: 'why', failure });
  });

  it.each<AnyFailure>([
    { code: 'unknown' },
    { code: 'mail_down', data: 1 },
    { code: 'sold_out', data: { article: 'x' } },
    { code: 'sold_out' },
    { code: 'queue_unknown' },
  ])('that is declared for none is only a reason: %j', (failure) => {
    expect(outcomeOf(failure, 'why')).toEqual({ kind: 'dead-letter', reason: `${failure.code}: why` });
  });

  it('is only a reason where a queue declares no failures', () => {
    expect(outcomeOf({ code: 'sold_out' }, 'why', 'plain')).toEqual({
      kind: 'dead-letter',
      reason: 'sold_out: why',
    });
  });

  it.each([undefined, '', 'unknown'])('is named once in a reason without more: %j', (reason) => {
    expect(outcomeOf({ code: 'unknown' }, reason)).toEqual({ kind: 'dead-letter', reason: 'unknown' });
  });

  it('makes no reason longer than one may be', () => {
    const reason = 'x'.repeat(10_000);
    expect(outcomeOf({ code: 'unknown' }, reason)).toEqual({
      kind: 'dead-letter',
      reason: `unknown: ${reason}`.slice(0, 10_000),
    });
  });

  it('that is not declared leaves the delay and the messages of its settlement', () => {
    const settled = guard.settlements('orders', [
      { token: 1, outcome: { kind: 'retry', delayMs: 5, failure: { code: 'unknown' } }, ranges: [[1, 2]] },
    ]);
    expect(settled).toEqual([
      { token: 1, outcome: { kind: 'retry', delayMs: 5, reason: 'unknown' }, ranges: [[1, 2]] },
    ]);
  });
});
