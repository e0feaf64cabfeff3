import { expect } from '@jest/globals';
import type { Guarantee } from './guarantee.fixture.js';
import { QUEUE } from './trial.fixture.js';

/** For engines that forget everything at a restart. */
export const PASSED_OVER_KEPT_OVER_A_RESTART = [
  'keeps over a restart what was passed over, and what members knew',
];

const old = new Set(['old']);
const all = new Set(['old', 'new']);

export const knownEvents = (guarantee: Guarantee): void => {
  guarantee(
    'delivers to a member only events that it knows, and the others to members that know them',
    async (trial) => {
      await trial.appendDrafts(['old', 'new', 'new', 'old', 'new'].map((event) => ({ event })));
      const group = await trial.group();
      expect(await group.seqsFor('a', { knows: old, known: all })).toEqual([1, 4]);
      expect(await group.seqsFor('b', { knows: all, known: all })).toEqual([2, 3, 5]);
      expect(trial.groups).toMatchObject([{ passedOver: [] }]);
    },
  );

  guarantee('lets a message that waits for who knows it hold up only what has its key', async (trial) => {
    const drafts = [
      { event: 'new', key: 'x' },
      { event: 'old', key: 'x' },
      { event: 'old', key: 'y' },
      { event: 'old' },
    ];
    await trial.appendDrafts(drafts);
    const group = await trial.group();
    const members = { members: ['a', 'b'], known: all };
    const a = await group.seqsFor('a', { knows: old, ...members });
    const b = await group.mustClaim('b', { knows: all, ...members });
    // The keys are shared by both; only `b` can begin the one that begins with a new event.
    expect(a).not.toContain(1);
    expect(a).not.toContain(2);
    expect([...a, ...b.seqs].sort()).toEqual([1, 2, 3, 4]);
  });

  guarantee('passes over an event that nobody knows, counts it, and says so once', async (trial) => {
    await trial.appendDrafts(['old', 'new', 'old', 'new', 'new'].map((event) => ({ event })));
    const group = await trial.group();
    const { token, seqs } = await group.mustClaim('a', { knows: old, known: old });
    expect(seqs).toEqual([1, 3]);
    await group.ack('a', token);
    expect(await group.floor()).toBe(6);
    expect(trial.groups).toMatchObject([
      { unsettled: 0, passedOver: [{ event: 'new', firstSeq: 2, count: 3 }] },
    ]);
    expect(trial.reported.filter((event) => event.startsWith('passed'))).toEqual([
      `passed over ${QUEUE} g new 2`,
    ]);
  });

  guarantee('brings back by a seek what was passed over', async (trial) => {
    await trial.appendDrafts(['old', 'new'].map((event) => ({ event })));
    const group = await trial.group();
    await group.seqsFor('a', { knows: old, known: old });
    await trial.engine.group(QUEUE, 'g').seek({ seq: 2 });
    expect(trial.groups).toMatchObject([{ passedOver: [] }]);
    expect((await group.mustClaim('b', { knows: all, known: all })).seqs).toEqual([2]);
  });

  guarantee('passes over what waits when nobody who knows it is left', async (trial) => {
    await trial.appendDrafts(['new', 'old', 'new'].map((event) => ({ event })));
    const group = await trial.group();
    expect(await group.seqsFor('a', { knows: old, known: all })).toEqual([2]);
    expect(trial.groups).toMatchObject([{ unsettled: 3, passedOver: [] }]);
    await group.claim('a', { knows: old, known: old });
    expect(trial.groups).toMatchObject([
      { unsettled: 1, passedOver: [{ event: 'new', firstSeq: 1, count: 2 }] },
    ]);
  });

  guarantee('keeps over a restart what was passed over, and what members knew', async (trial) => {
    await trial.appendDrafts(['new', 'old'].map((event) => ({ event })));
    await trial.engine.group(QUEUE, 'g').open({ start: 'start', knows: all });
    await trial.engine.group(QUEUE, 'g').open({ start: 'start', knows: old });
    const group = await trial.group();
    const { token } = await group.mustClaim('a', { knows: old, known: old });
    await group.ack('a', token);
    await trial.restart();
    expect(trial.groups).toMatchObject([
      { floor: 3, knows: old, passedOver: [{ event: 'new', firstSeq: 1, count: 1 }] },
    ]);
  });
};
