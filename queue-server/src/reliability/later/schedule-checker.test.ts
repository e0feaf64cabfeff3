import { describe, expect, it } from '@jest/globals';
import { problemsIn } from './schedule-checker.js';
import type { LoggedMessage, ScheduledMessage } from './scheduled-message.js';

/** Scheduled at 100 with a receipt at 110, so that it waits when the first ones are due. */
const message = (id: string, dueAt: number, other: Partial<ScheduledMessage> = {}): ScheduledMessage => {
  const times = { sentAt: 100, confirmedAt: 110, dueFrom: other.dueAt ?? dueAt, dueAt };
  return { id, queue: 'files', cancellation: 'none', ...times, ...other };
};

const scheduled = [message('a', 1_000), message('b', 2_000), message('c', 3_000)];

/** A log of messages that were published at their times. */
const logOf = (...entries: readonly (readonly [id: string, time: number])[]): LoggedMessage[] =>
  entries.map(([id, time], index) => ({ id, time, seq: index + 1 }));

const [a, b, c] = [
  ['a', 1_000],
  ['b', 2_000],
  ['c', 3_007],
] as const;

describe('the checker of schedules', () => {
  it('has nothing to say when each message came once, in its order and not early', () => {
    expect(problemsIn(scheduled, logOf(a, b, c))).toEqual([]);
  });

  it('names what was lost', () => {
    expect(problemsIn(scheduled, logOf(a, c))).toEqual(['1 lost: b, due 1970-01-01T00:00:02.000Z']);
  });

  it('names what came a second time', () => {
    expect(problemsIn(scheduled, logOf(a, b, c, b))).toEqual(['1 more than once: b at 2 and 4']);
  });

  it('names what came early, by a millisecond', () => {
    expect(problemsIn(scheduled, logOf(['a', 999], b, c))).toEqual(['1 early: a at 1 by 1 ms']);
  });

  it('names what nobody scheduled', () => {
    expect(problemsIn(scheduled, logOf(a, b, c, ['d', 4_000]))).toEqual(['1 never scheduled: d at 4']);
  });

  it('counts all problems of a kind, and names the first', () => {
    const lost = 'b, due 1970-01-01T00:00:02.000Z';
    const eight = Array.from({ length: 8 }, () => message('b', 2_000));
    expect(problemsIn(eight, [])).toEqual([
      `8 lost: ${Array.from({ length: 5 }, () => lost).join('; ')}; and 3 more`,
    ]);
  });
});

describe('the checker of what was cancelled', () => {
  it('names what was published though it was cancelled', () => {
    const cancelled = [message('a', 1_000, { cancellation: 'cancelled' })];
    expect(problemsIn(cancelled, [])).toEqual([]);
    expect(problemsIn(cancelled, logOf(a))).toEqual(['1 published though cancelled: a at 1']);
  });

  it('names what was too late to be cancelled and never came', () => {
    const late = [message('a', 1_000, { cancellation: 'too-late' })];
    expect(problemsIn(late, logOf(a))).toEqual([]);
    expect(problemsIn(late, [])).toEqual([
      '1 lost, and too late to be cancelled: a, due 1970-01-01T00:00:01.000Z',
    ]);
  });

  it('takes either when the answer was lost', () => {
    const unknown = [message('a', 1_000, { cancellation: 'unknown' })];
    expect([problemsIn(unknown, logOf(a)), problemsIn(unknown, [])]).toEqual([[], []]);
  });
});

describe('the checker of the order', () => {
  const afterC: LoggedMessage[] = logOf(a, ['c', 3_000], ['b', 3_000]);

  it('names what came after a message that was due later', () => {
    expect(problemsIn(scheduled, afterC)).toEqual(['1 out of order: b after c, due 1000 ms later']);
  });

  it('lets a message come after one that was due before it was confirmed', () => {
    const confirmedAt = (time: number): readonly ScheduledMessage[] => [
      message('a', 1_000),
      message('b', 2_000, { confirmedAt: time }),
      message('c', 3_000),
    ];
    expect(problemsIn(confirmedAt(3_000), afterC)).toEqual([]);
    expect(problemsIn(confirmedAt(2_999), afterC)).toHaveLength(1);
  });

  it('lets a message come after one whose exact time is not known', () => {
    const [first, second] = [message('c', 3_000, { dueFrom: 1_500 }), message('b', 2_000)];
    expect(problemsIn([message('a', 1_000), first, second], afterC)).toEqual([]);
  });

  it('names what was confirmed before another one of the same time was sent, and came after it', () => {
    const later = message('b', 1_000, { sentAt: 111, confirmedAt: 120 });
    const both = logOf(['b', 1_000], ['a', 1_000]);
    expect(problemsIn([message('a', 1_000), later], both)).toEqual([
      '1 out of order: a after b, scheduled later for the same time',
    ]);
  });

  it('lets messages of the same time that were sent at once come in any order', () => {
    const same = message('b', 1_000, { sentAt: 110, confirmedAt: 120 });
    expect(problemsIn([message('a', 1_000), same], logOf(['b', 1_000], ['a', 1_000]))).toEqual([]);
  });
});
