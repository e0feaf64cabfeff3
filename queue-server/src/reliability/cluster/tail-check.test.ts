import { describe, expect, it } from '@jest/globals';
import type { TailItem } from '@typed-queue/queue-client';
import { TailCheck } from './tail-check.js';

const message = (seq: number): TailItem => ({
  kind: 'message',
  message: {
    id: `id-${seq}`,
    queue: 'files',
    event: 'save',
    seq,
    time: 0,
    headers: {},
    payload: {},
  },
});

const problems = (items: readonly TailItem[], published: readonly number[], mayReset = false): string[] => {
  const check = new TailCheck();
  for (const item of items) check.add(item);
  return check.problems(new Map(published.map((seq) => [seq, { key: '' }])), mayReset);
};

describe('what checks a tail', () => {
  it('has nothing against each message once and in order', () => {
    expect(problems([message(1), { kind: 'live', next: 2 }, message(2)], [1, 2])).toEqual([]);
  });

  it.each([
    ['is repeated', [1, 2, 2], '2'],
    ['comes late', [2, 1], '1'],
  ])('names a message that %s', (_name, seqs, listed) => {
    expect(problems(seqs.map(message), [1, 2])).toEqual([
      `repeated, or in another order: 1 messages (${listed})`,
    ]);
  });

  it('names a message that is missing', () => {
    expect(problems([message(1), message(3)], [1, 2, 3])).toEqual([
      'published, and not in it: 1 messages (2)',
    ]);
  });

  it('names a message that nobody published', () => {
    expect(problems([message(1), message(2)], [1])).toEqual(['in it, and not published: 1 messages (2)']);
  });

  const reset: TailItem = { kind: 'gap', gap: { from: 3, reason: 'reset', epoch: 'next' } };

  it('names a reset where there must be none', () => {
    expect(problems([message(1), reset, message(1)], [1])).toEqual([`it brought ${JSON.stringify(reset)}`]);
  });

  it('has nothing against all messages again after a reset that may be', () => {
    expect(problems([message(1), message(2), reset, message(1), message(2)], [1, 2], true)).toEqual([]);
  });

  it('names a message that is missing after a reset that may be', () => {
    expect(problems([message(1), message(2), reset, message(2)], [1, 2], true)).toEqual([
      'published, and not in it: 1 messages (1)',
    ]);
  });

  it('names a gap', () => {
    const gap: TailItem = { kind: 'gap', gap: { from: 1, to: 1, reason: 'retention' } };
    expect(problems([gap], [])).toEqual([`it brought ${JSON.stringify(gap)}`]);
  });
});
