import { describe, expect, it } from '@jest/globals';
import { longestGapOfQueues } from './longest-gap.js';
import { QUEUES } from './rolling-contract.js';
import { GROUPS } from './rolling-member.js';
import { RollingRecord, type Handling } from './rolling-record.js';
import { countsOf, isDrained, problemsOf } from './rolling-verdict.js';

const of = { queue: 'orders', server: 0 } as const;
const handled = (group: string, change: Partial<Handling> = {}): Handling => {
  return { ...of, group, number: 1, seq: 1, key: 'k', attempt: 1, at: 2, isCut: false, ...change };
};

/** One message, as it should be. */
const recordWith = (...more: readonly Handling[]): RollingRecord => {
  const record = new RollingRecord();
  record.sent = 1;
  record.receipts.push({ ...of, number: 1, at: 1 });
  record.handlings.push(...Object.keys(GROUPS).map((group) => handled(group)), ...more);
  return record;
};

describe('the verdict on a rolling restart', () => {
  it('finds nothing where each group handled each message once', () => {
    expect(problemsOf(recordWith())).toEqual([]);
  });

  it('names a delivery with a higher attempt', () => {
    expect(problemsOf(recordWith(handled('quick', { attempt: 2, at: 3 })))).toContainEqual(
      'delivered with a higher attempt: 1 messages (1)',
    );
  });

  it('allows that a message is handled again, uncounted', () => {
    expect(problemsOf(recordWith(handled('quick', { at: 3 })))).toEqual([]);
  });

  it('counts what was handled again after its handler knew that the lease was lost', () => {
    const record = recordWith();
    record.handlings.push(handled('quick', { seq: 2, isCut: true }), handled('quick', { seq: 2 }));
    expect(countsOf(record)).toMatchObject({ handledAgain: 1, cutBefore: 1 });
  });

  it('names a message that has two seqs', () => {
    expect(problemsOf(recordWith(handled('quick', { seq: 2, at: 3 })))).toEqual([
      'stored twice: 1 messages (1)',
    ]);
  });

  it('names what a publisher saw', () => {
    const record = recordWith();
    record.failed(record.errors, new Error('no'));
    expect(problemsOf(record)).toEqual(['a publisher saw 1 times: Error: no']);
  });

  it('names what a group has not handled', () => {
    const record = recordWith();
    record.handlings.pop();
    expect({ isDrained: isDrained(record), problems: problemsOf(record) }).toEqual({
      isDrained: false,
      problems: ['not handled by group slow of orders: 1 messages (1)'],
    });
  });
});

it('the longest gap is that of the queue that waited longest, up to the end of the span', () => {
  const often = QUEUES.slice(1).flatMap((queue) => [1, 2, 3].map((at) => ({ queue, server: 0, at })));
  const moments = [...often, { queue: QUEUES[0], server: 0, at: 1 }];
  expect(longestGapOfQueues(moments, { from: 0, to: 4 })).toBe(3);
});
