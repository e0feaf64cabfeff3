import { describe, expect, it } from '@jest/globals';
import type { Range } from '@typed-queue/contracts';
import { UNCHANGED } from './change.js';
import { attemptOf } from './message-state.js';
import { Group } from './group.js';

const policy = {
  leaseMs: 30_000,
  maxUnsettled: 100,
  maxAttempts: 6,
  retryDelayMs: (failures: number) => failures * 1_000,
};
const ack = { kind: 'ack' } as const;

const claimed = (group: Group, range: Range, token: number, member = 'a', now = 0): Group => {
  group.claim([range], { token, member }, now);
  return group;
};

const candidates = (group: Group, head: number, now: number, limit: number): Range[] => [
  ...group.candidates({ member: 'b' }, head, now, limit).ranges,
];

/** Claims; returns the attempts. */
const claimAs = (group: Group, member: string, token: number, ranges: readonly Range[], now = 0) =>
  group.claim(ranges, { token, member }, now).map(({ from, to, state }) => [from, to, attemptOf(state)]);

describe('a group', () => {
  it('offers new messages from its floor to the head, within the limit', () => {
    const group = new Group(3, policy);
    expect(candidates(group, 2, 0, 10)[0]).toBeUndefined();
    expect(candidates(group, 20, 0, 10)[0]).toEqual([3, 12]);
    claimed(group, [3, 12], 1);
    expect(candidates(group, 20, 0, 10)[0]).toEqual([13, 20]);
    expect(candidates(group, 12, 0, 10)[0]).toBeUndefined();
  });

  it('searches for messages that are not under the lease no further than the limit of what is listed', () => {
    const group = claimed(claimed(new Group(1, policy), [1, 30], 1), [31, 60], 2);
    const odd = Array.from({ length: 30 }, (_, n): Range => [2 * n + 1, 2 * n + 1]);
    for (const token of [1, 2]) group.settle({ token, member: 'a', outcome: ack, ranges: odd }, 0);
    const of = { member: 'a', outcome: ack, ranges: [[1, 2 ** 53 - 1] as const] };
    expect(group.settle({ token: 3, ...of }, 0).refused).toHaveLength(31);
    expect(group.settle({ token: 3, ...of, maxRefused: 4 }, 0).refused).toEqual(
      [2, 4, 6, 8].map((seq) => [seq, seq]),
    );
    expect(group.settle({ token: 3, ...of, maxRefused: 0 }, 0).refused).toEqual([]);
    const own = group.settle({ token: 2, ...of, maxRefused: 1 }, 0);
    expect([own.refused, own.changed.length]).toEqual([[[2, 2]], 15]);
  });

  it('moves its floor when the oldest messages are settled', () => {
    const group = claimed(new Group(1, policy), [1, 10], 1);
    group.settle({ token: 1, member: 'a', outcome: ack, ranges: [[4, 6]] }, 0);
    expect(group.floor).toBe(1);
    group.settle({ token: 1, member: 'a', outcome: ack, ranges: [[1, 3]] }, 0);
    expect(group.floor).toBe(7);
    expect(group.holds(1, 'a')).toBe(true);
    group.settle({ token: 1, member: 'a', outcome: ack }, 0);
    expect(group.floor).toBe(11);
    expect(group.leases).toEqual([]);
    expect(group.runs).toEqual([]);
  });

  it('offers messages that came back before new ones, at the next attempt after a failure', () => {
    const group = claimed(new Group(1, policy), [1, 5], 1);
    group.settle({ token: 1, member: 'a', outcome: { kind: 'release' }, ranges: [[2, 3]] }, 0);
    group.settle({ token: 1, member: 'a', outcome: { kind: 'retry', delayMs: 50 }, ranges: [[5, 5]] }, 0);
    expect(candidates(group, 9, 0, 10)[0]).toEqual([2, 3]);
    expect(claimAs(group, 'b', 2, [[2, 3]])).toEqual([[2, 3, 1]]);
    expect(candidates(group, 9, 49, 10)[0]).toEqual([6, 9]);
    expect(candidates(group, 9, 50, 10)[0]).toEqual([5, 5]);
    expect(claimAs(group, 'b', 3, [[5, 5]], 50)).toEqual([[5, 5, 2]]);
  });

  it('offers scattered messages that came back together, and new ones after them', () => {
    const group = claimed(new Group(1, policy), [1, 9], 1);
    const ranges: Range[] = [2, 4, 6, 8].map((seq) => [seq, seq]);
    group.settle({ token: 1, member: 'a', outcome: { kind: 'release' }, ranges }, 0);
    expect(candidates(group, 20, 0, 3)).toEqual(ranges.slice(0, 3));
    expect(candidates(group, 20, 0, 6)).toEqual([...ranges, [10, 11]]);
    expect(candidates(group, 9, 0, 6)).toEqual(ranges);
  });

  it('backs off by the number of failures when the outcome names no delay', () => {
    const group = claimed(new Group(1, policy), [1, 1], 1);
    group.settle({ token: 1, member: 'a', outcome: { kind: 'retry' } }, 0);
    expect(group.nextDue(0)).toBe(1_000);
    claimed(group, [1, 1], 2, 'a', 1_000);
    group.settle({ token: 2, member: 'a', outcome: { kind: 'retry' } }, 5_000);
    expect(group.nextDue(5_000)).toBe(7_000);
    expect(group.nextDue(7_000)).toBeUndefined();
  });

  it('refuses outcomes for messages not under the token, lists their ranges, and applies the rest', () => {
    const group = claimed(claimed(new Group(1, policy), [1, 3], 1), [4, 6], 2, 'b');
    const change = group.settle(
      {
        token: 1,
        member: 'a',
        outcome: ack,
        ranges: [
          [2, 5],
          [9, 9],
        ],
      },
      0,
    );
    expect(change.refused).toEqual([
      [4, 5],
      [9, 9],
    ]);
    expect(change.changed.map((run) => [run.from, run.to])).toEqual([[2, 3]]);
    expect(group.settle({ token: 2, member: 'a', outcome: ack, ranges: [[4, 6]] }, 0).refused).toEqual([
      [4, 6],
    ]);
    expect(group.holds(2, 'b')).toBe(true);
  });

  it('accepts an outcome twice, the second time without effect', () => {
    const group = claimed(new Group(1, policy), [1, 3], 1);
    const outcome = { token: 1, member: 'a', outcome: ack, ranges: [[1, 2]] as Range[] };
    group.settle(outcome, 0);
    expect(group.settle(outcome, 0)).toEqual(UNCHANGED);
  });

  it('ends a lease at its deadline as one failure, and refuses its outcomes from then on', () => {
    const group = claimed(new Group(1, policy), [1, 3], 1);
    group.settle({ token: 1, member: 'a', outcome: ack, ranges: [[1, 1]] }, 0);
    expect(group.expire(29_999)).toEqual([]);
    const [ended] = group.expire(30_000);
    expect(ended?.lease.token).toBe(1);
    expect(group.settle({ token: 1, member: 'a', outcome: ack, ranges: [[1, 3]] }, 0).refused).toEqual([
      [2, 3],
    ]);
    expect(claimAs(group, 'b', 2, [[2, 3]], 30_000)).toEqual([[2, 3, 2]]);
  });

  it('moves the deadline back when the lease is extended, and forward when its member vanished', () => {
    const group = claimed(new Group(1, policy), [1, 3], 1);
    group.settle({ token: 1, member: 'a', outcome: { kind: 'extend' } }, 20_000);
    expect(group.nextDue(20_000)).toBe(50_000);
    group.abandon('a', 25_000);
    expect(group.nextDue(20_000)).toBe(25_000);
    group.abandon('a', 40_000);
    expect(group.nextDue(20_000)).toBe(25_000);
    group.abandon('b', 21_000);
    expect(group.nextDue(20_000)).toBe(25_000);
  });

  it('skips messages that the log has lost, unless they are leased', () => {
    const group = claimed(new Group(1, policy), [1, 2], 1);
    group.skip([2, 6]);
    expect(candidates(group, 9, 0, 10)[0]).toEqual([7, 9]);
    group.settle({ token: 1, member: 'a', outcome: ack }, 0);
    expect(group.floor).toBe(7);
  });

  it('skips lost messages that wait for a retry', () => {
    const group = claimed(new Group(1, policy), [1, 1], 1);
    group.settle({ token: 1, member: 'a', outcome: { kind: 'retry', delayMs: 50 } }, 0);
    expect(candidates(group, 1, 50, 10)[0]).toEqual([1, 1]);
    group.skip([1, 1]);
    expect(candidates(group, 1, 50, 10)[0]).toBeUndefined();
    expect(group.floor).toBe(2);
  });

  it('is restored from the records of its changes', () => {
    const group = claimed(new Group(1, policy), [1, 8], 1);
    const changes = [
      group.settle({ token: 1, member: 'a', outcome: { kind: 'retry' }, ranges: [[6, 6]] }, 0),
      group.settle(
        {
          token: 1,
          member: 'a',
          outcome: ack,
          ranges: [
            [1, 2],
            [5, 5],
          ],
        },
        0,
      ),
    ];
    const restored = new Group(1, policy);
    for (const run of changes.flatMap(({ changed }) => changed)) restored.restore(run);
    expect(restored.floor).toBe(3);
    expect(candidates(restored, 8, 0, 10)[0]).toEqual([3, 4]);
    restored.claim([[3, 4]], { token: 9, member: 'b' }, 0);
    expect(candidates(restored, 8, 0, 10)[0]).toEqual([7, 8]);
    expect(candidates(restored, 8, 1_000, 10)[0]).toEqual([6, 6]);
  });
});
