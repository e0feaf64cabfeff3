import { describe, expect, it } from '@jest/globals';
import { FailureHistory, type FailureRecord } from './failure-history.js';

const failed = (from: number, to: number, reason = `${from}`): FailureRecord => ({
  from,
  to,
  failure: { time: 5, kind: 'failed', reason, member: 'a' },
});

const reasonsOf = (history: FailureHistory, seq: number): string[] =>
  history.of(seq).map(({ failure }) => failure.reason);

const again = (history: FailureHistory): FailureHistory => {
  const restored = new FailureHistory(1);
  restored.record(history.all);
  return restored;
};

describe('the history of failures', () => {
  it('knows why each message failed, the oldest first, until it is forgotten', () => {
    const history = new FailureHistory(1);
    history.record([failed(1, 3, 'x'), failed(5, 5, 'y')]);
    history.record([failed(2, 5, 'z')]);
    history.forget(2, 2);
    const known = [[], ['x'], [], ['x', 'z'], ['z'], ['y', 'z'], []];
    expect(known.map((_, seq) => reasonsOf(history, seq))).toEqual(known);
    expect(known.map((_, seq) => reasonsOf(again(history), seq))).toEqual(known);
  });

  it('lists each message with its failures in their order, whatever its neighbours have', () => {
    const history = new FailureHistory(1);
    history.record([failed(2, 3, 'x'), failed(1, 2, 'y')]);
    history.forget(3, 3);
    expect(history.all).toEqual([failed(2, 2, 'x'), failed(1, 2, 'y')]);
  });

  it('has nothing of messages below its floor', () => {
    const history = new FailureHistory(5);
    history.record([failed(2, 6, 'x'), failed(1, 4, 'y')]);
    expect(history.all).toEqual([failed(5, 6, 'x')]);
  });

  it('keeps the last ten failures of a message', () => {
    const history = new FailureHistory(1);
    for (let attempt = 1; attempt <= 12; attempt++) history.record([failed(1, 2, `${attempt}`)]);
    const kept = ['3', '4', '5', '6', '7', '8', '9', '10', '11', '12'];
    expect([reasonsOf(history, 1), reasonsOf(again(history), 2)]).toEqual([kept, kept]);
  });

  it('keeps a thousand characters of a reason, and returns it', () => {
    const history = new FailureHistory(1);
    const recorded = history.record([failed(1, 1, 'x'.repeat(1_000)), failed(2, 2, 'y'.repeat(1_001))]);
    expect([1, 2].flatMap((seq) => reasonsOf(history, seq))).toEqual(['x'.repeat(1_000), 'y'.repeat(1_000)]);
    expect(recorded).toEqual(history.all);
    history.record([failed(3, 3, `x${'😀'.repeat(2_000)}`)]);
    expect(reasonsOf(history, 3)).toEqual([`x${'😀'.repeat(999)}`]);
  });

  it('keeps the codes of declared failures, and the data of the last one', () => {
    const declared = (from: number, to: number, data: unknown): FailureRecord => {
      const record = failed(from, to);
      return { ...record, failure: { ...record.failure, code: 'sold_out', data } };
    };
    const history = new FailureHistory(1);
    history.record([declared(1, 3, 'x')]);
    history.record([declared(2, 2, 'y')]);
    const known = (of: FailureHistory) =>
      [1, 2, 3].map((seq) => of.of(seq).map(({ failure: { code, data } }) => [code, data]));
    const kept = [
      [['sold_out', 'x']],
      [
        ['sold_out', undefined],
        ['sold_out', 'y'],
      ],
      [['sold_out', 'x']],
    ];
    expect(known(history)).toEqual(kept);
    expect(known(again(history))).toEqual(kept);
    expect(JSON.stringify(history.all).split('"x"')).toHaveLength(3);
  });

  it('has one failure for messages that fail alike', () => {
    const history = new FailureHistory(1);
    history.record([failed(1, 1_000, 'x')]);
    history.record([failed(1, 1_000, 'y')]);
    expect(history.all).toEqual([failed(1, 1_000, 'x'), failed(1, 1_000, 'y')]);
    history.forget(1, 999);
    expect(history.all).toEqual([failed(1_000, 1_000, 'x'), failed(1_000, 1_000, 'y')]);
  });

  it('reads a failure once, however many others there are and whatever becomes of them', () => {
    const history = new FailureHistory(1);
    let looks = 0;
    const count = 1_000;
    for (let seq = 1; seq <= count; seq++) {
      history.record([
        {
          ...failed(seq, seq),
          get failure() {
            looks++;
            return failed(seq, seq).failure;
          },
          get to() {
            looks++;
            return seq;
          },
        },
      ]);
    }
    for (let seq = count; seq >= 1; seq--) {
      expect(reasonsOf(history, seq)).toEqual([`${seq}`]);
      history.forget(seq, seq);
    }
    expect(looks).toBeLessThanOrEqual(2 * count);
    expect(history.all).toEqual([]);
  });

  it('forgets a range of any length by the entries there are', () => {
    const history = new FailureHistory(1);
    history.record([failed(3, 3), failed(7, 7)]);
    history.forget(5, Number.MAX_SAFE_INTEGER);
    expect(history.all).toEqual([failed(3, 3)]);
  });
});
