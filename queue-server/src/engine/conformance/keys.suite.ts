import { expect } from '@jest/globals';
import type { Guarantee } from './guarantee.fixture.js';
import { LEASE_MS } from './trial.fixture.js';

const keyed = (...keys: readonly string[]) =>
  keys.map((key) => (key === '' ? {} : { key, headers: JSON.stringify({ key }) }));
const BOTH = ['a', 'b'];
const retry = { kind: 'retry', delayMs: 1_000 } as const;

/** For engines that forget everything at a restart. */
export const ORDER_KEPT_OVER_A_RESTART = ['keeps the order of a key over a restart'];

export const keys = (guarantee: Guarantee): void => {
  guarantee('gives later messages of an unsettled key to nobody but its holder', async (trial) => {
    await trial.appendDrafts(keyed('x', 'y', '', 'x', 'y', ''));
    const group = await trial.group();
    const first = await group.mustClaim('a', { maxMessages: 2 });
    expect(first.seqs).toEqual([1, 2]);
    expect((await group.mustClaim('b')).seqs).toEqual([3, 6]);
    expect((await group.mustClaim('a')).seqs).toEqual([4, 5]);
  });

  guarantee('delivers blocked messages of a key when the earlier ones are settled', async (trial) => {
    await trial.appendDrafts(keyed('x', 'x', 'x'));
    const group = await trial.group();
    const first = await group.mustClaim('a', { maxMessages: 1 });
    expect(await group.seqsFor('b')).toEqual([]);
    await group.ack('a', first.token);
    const rest = await group.mustClaim('b');
    expect(rest.seqs).toEqual([2, 3]);
    await group.settle('b', rest.token, { kind: 'dead-letter' }, [[2, 2]]);
    await group.ack('b', rest.token);
    await trial.eventually(() => trial.engine.queue('files').groups.list()[0]?.floor === 4);
  });

  guarantee('shares the keys that nobody holds among the members that have room', async (trial) => {
    const names = Array.from({ length: 40 }, (_, index) => `key-${index}`);
    await trial.appendDrafts(keyed(...names));
    const group = await trial.group();
    const [one, other] = [
      await group.mustClaim('a', { members: BOTH }),
      await group.mustClaim('b', { members: BOTH }),
    ];
    expect(one.seqs.length).toBeGreaterThan(10);
    expect(other.seqs.length).toBeGreaterThan(10);
    expect([...one.seqs, ...other.seqs].sort((a, b) => a - b)).toEqual(names.map((_, index) => index + 1));
    await group.ack('a', one.token);
    expect(await group.seqsFor('a')).toEqual([]);
  });

  guarantee('returns the later messages of the key of a failed one, uncounted', async (trial) => {
    await trial.appendDrafts(keyed('x', 'y', 'x', '', 'x'));
    const group = await trial.group();
    const { token } = await group.mustClaim('a', { maxMessages: 4 });
    const later = await group.mustClaim('a');
    const { accepted, returned } = await group.settle('a', token, retry, [[1, 1]]);
    expect(accepted).toEqual([[1, 1]]);
    expect(returned).toEqual([
      { member: 'a', token, ranges: [[3, 3]] },
      { member: 'a', token: later.token, ranges: [[5, 5]] },
    ]);
    expect((await group.settle('a', token, { kind: 'ack' }, [[2, 3]])).refused).toEqual([[3, 3]]);
    expect(await group.seqsFor('b')).toEqual([]);
    trial.time.pass(1_000);
    expect(await group.mustClaim('b')).toMatchObject({ seqs: [1, 3, 5], attempts: [[1, 1, 2]] });
  });

  guarantee('returns the later messages of the key of one that a member resumes without', async (trial) => {
    await trial.appendDrafts(keyed('x', 'x', ''));
    const group = await trial.group();
    await group.mustClaim('a', { maxMessages: 1 });
    const { token } = await group.mustClaim('a');
    expect(group.resume('a', [token])).toEqual([token]);
    expect(trial.reported).toContain(`returned files g a ${token} 2-2`);
    expect((await group.settle('a', token, { kind: 'extend' }, [[2, 3]])).refused).toEqual([[2, 2]]);
    expect(await group.seqsFor('b')).toEqual([1, 2]);
  });

  guarantee('keeps the order of a key when its holder vanishes or leaves', async (trial) => {
    await trial.appendDrafts(keyed('x', 'x', 'x'));
    const group = await trial.group();
    await group.mustClaim('a');
    trial.time.pass(LEASE_MS);
    const isolated = await group.mustClaim('b');
    expect(isolated.seqs).toEqual([1]);
    await group.leave('b');
    expect((await group.mustClaim('c')).seqs).toEqual([1]);
    expect(await group.seqsFor('a')).toEqual([]);
  });

  guarantee('keeps the order of a key over a restart', async (trial) => {
    await trial.appendDrafts(keyed('x', 'x', '', 'x'));
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await group.settleDurably('a', token, { ...retry, delayMs: 5_000 }, [[1, 1]]);
    await trial.restart();
    await trial.group();
    expect(await group.seqsFor('b')).toEqual([3]);
    trial.time.pass(5_000);
    expect((await group.mustClaim('c', { maxMessages: 1 })).seqs).toEqual([1]);
    expect(await group.seqsFor('b')).toEqual([]);
    expect(await group.seqsFor('c')).toEqual([2, 4]);
  });
};
