import { expect } from '@jest/globals';
import type { Draft } from '@typed-queue/contracts/wire';
import type { Guarantee } from './guarantee.fixture.js';
import type { TrialGroup } from './trial-group.fixture.js';
import { LEASE_MS, MAX_UNSETTLED, type Trial } from './trial.fixture.js';

const ranked = (...priorities: readonly number[]): Partial<Draft>[] =>
  priorities.map((priority) => ({ priority, headers: JSON.stringify({ priority: String(priority) }) }));
const ONE = { maxMessages: 1 };

const opened = (trial: Trial): Promise<TrialGroup> => trial.group({ settings: { priorities: true } });

/** The seqs of claims of one message each, that stay with their member. */
const order = async (group: TrialGroup, claims: number): Promise<readonly number[]> => {
  const seqs: number[] = [];
  for (let claim = 0; claim < claims; claim++) seqs.push(...(await group.mustClaim('a', ONE)).seqs);
  return seqs;
};

/** For engines that forget everything at a restart. */
export const PRIORITIES_KEPT_OVER_A_RESTART = ['keeps priorities over a restart'];

export const priorities = (guarantee: Guarantee): void => {
  guarantee('hands out higher priorities first, and those of one priority in their order', async (trial) => {
    await trial.appendDrafts(ranked(0, 5, 9, 5, 0, 9));
    expect(await order(await opened(trial), 6)).toEqual([3, 6, 2, 4, 1, 5]);
  });

  guarantee('hands out all messages in their order where the group has no priorities', async (trial) => {
    await trial.appendDrafts(ranked(0, 5, 9));
    expect(await order(await trial.group(), 3)).toEqual([1, 2, 3]);
  });

  guarantee('hands out messages of one priority together', async (trial) => {
    await trial.appendDrafts(ranked(0, 7, 7, 0, 7));
    const group = await opened(trial);
    expect((await group.mustClaim('a')).seqs).toEqual([2, 3, 5]);
    expect((await group.mustClaim('a')).seqs).toEqual([1, 4]);
    expect(await group.claim('a')).toBeUndefined();
  });

  guarantee('hands out a message of a higher priority that came later', async (trial) => {
    await trial.appendDrafts(ranked(0, 1, 0));
    const group = await opened(trial);
    expect(await order(group, 1)).toEqual([2]);
    await trial.append([4]);
    await trial.appendDrafts([{ ...ranked(9)[0], id: '01890000-0000-7000-8000-0000000000aa' }]);
    expect(await order(group, 4)).toEqual([5, 1, 3, 4]);
  });

  guarantee('hands out the oldest ready message after nine that overtook it', async (trial) => {
    await trial.appendDrafts(ranked(0, 0, ...Array.from({ length: 20 }, () => 9)));
    const seqs = await order(await opened(trial), 22);
    expect(seqs.indexOf(1)).toBe(9);
    expect(seqs.indexOf(2)).toBe(19);
  });

  guarantee('keeps the order of a key, whatever the priorities of its messages', async (trial) => {
    const drafts = ranked(0, 9, 5).map((draft, index) => (index < 2 ? { ...draft, key: 'x' } : draft));
    await trial.appendDrafts(drafts);
    expect(await order(await opened(trial), 3)).toEqual([3, 1, 2]);
  });

  guarantee('does not hand out what waits for an earlier message of its key', async (trial) => {
    await trial.appendDrafts([{ key: 'x' }, { key: 'x', priority: 9 }, {}]);
    const group = await opened(trial);
    const { token, seqs } = await group.mustClaim('a', ONE);
    expect(seqs).toEqual([1]);
    expect(await group.seqsFor('b')).toEqual([3]);
    await group.ack('a', token);
    expect(await group.seqsFor('b')).toEqual([2]);
  });

  guarantee('hands out a message again at its priority, after its delay', async (trial) => {
    await trial.appendDrafts(ranked(0, 9, 1));
    const group = await opened(trial);
    const { token } = await group.mustClaim('a', ONE);
    await group.settle('a', token, { kind: 'retry', delayMs: 1_000 });
    expect(await order(group, 1)).toEqual([3]);
    trial.time.pass(1_000);
    expect(await order(group, 2)).toEqual([2, 1]);
  });

  guarantee('hands out a released message again at its priority', async (trial) => {
    await trial.appendDrafts(ranked(0, 4, 9));
    const group = await opened(trial);
    const { token, seqs } = await group.mustClaim('a', ONE);
    expect(seqs).toEqual([3]);
    await group.settle('a', token, { kind: 'release' });
    expect(await order(group, 3)).toEqual([3, 2, 1]);
  });

  guarantee('delivers what a lost holder held, and everything else at its priority', async (trial) => {
    await trial.appendDrafts(ranked(0, 4, 9, 9));
    const group = await opened(trial);
    await group.mustClaim('a', { ...ONE, concurrency: 1 });
    trial.time.pass(LEASE_MS);
    const seqs = [];
    for (let claim = 0; claim < 4; claim++) seqs.push(...(await group.mustClaim('b', ONE)).seqs);
    expect(seqs).toEqual([3, 4, 2, 1]);
  });

  guarantee('delivers a redriven message at its priority', async (trial) => {
    await trial.appendDrafts(ranked(9, 0, 5));
    const group = await opened(trial);
    const { token } = await group.mustClaim('a', ONE);
    await group.settleDurably('a', token, { kind: 'dead-letter' });
    const { letters } = await trial.deadLetters.list({});
    await trial.deadLetters.redrive(letters);
    expect(await order(group, 3)).toEqual([1, 3, 2]);
  });

  guarantee(
    'settles messages in any order, and has the floor at the first that is not settled',
    async (trial) => {
      await trial.appendDrafts(ranked(0, 9, 0, 9));
      const group = await opened(trial);
      const high = await group.mustClaim('a');
      expect(high.seqs).toEqual([2, 4]);
      await group.ack('a', high.token);
      expect(trial.groups).toMatchObject([{ floor: 1, unsettled: 2, overtaken: 2 }]);
      const low = await group.mustClaim('a');
      await group.ack('a', low.token);
      expect(trial.groups).toMatchObject([{ floor: 5, unsettled: 0, overtaken: 0 }]);
    },
  );

  guarantee('looks as far ahead as there may be unsettled messages', async (trial) => {
    await trial.appendDrafts(ranked(...Array.from({ length: MAX_UNSETTLED }, () => 0), 9));
    const group = await opened(trial);
    const first = await group.mustClaim('a', ONE);
    expect(first.seqs).toEqual([1]);
    await group.ack('a', first.token);
    expect(await order(group, 1)).toEqual([MAX_UNSETTLED + 1]);
  });

  guarantee('is stalled by what is handed out, not by what was overtaken', async (trial) => {
    const count = 2 * MAX_UNSETTLED;
    await trial.appendDrafts(ranked(...Array.from({ length: count }, (_, index) => (index === 40 ? 9 : 0))));
    const group = await opened(trial);
    expect(await order(group, 1)).toEqual([41]);
    expect(trial.groups).toMatchObject([{ stalled: false }]);
    await group.seqsFor('a');
    expect(trial.groups).toMatchObject([{ stalled: true, unsettled: MAX_UNSETTLED, overtaken: 0 }]);
    expect(trial.reported.filter((event) => event.startsWith('stalled'))).toEqual([
      `stalled files g ${MAX_UNSETTLED}`,
    ]);
  });

  guarantee('has priorities from when its settings say so, and until they do not', async (trial) => {
    await trial.appendDrafts(ranked(0, 0, 9, 0, 9));
    const group = await trial.group();
    expect(await order(group, 1)).toEqual([1]);
    await opened(trial);
    expect(await order(group, 1)).toEqual([3]);
    await trial.group({ settings: {} });
    expect(await order(group, 3)).toEqual([2, 4, 5]);
  });

  guarantee('keeps priorities over a restart', async (trial) => {
    await trial.appendDrafts(ranked(0, 9, 0, 5, 9));
    const group = await opened(trial);
    const { token } = await group.mustClaim('a');
    await group.settleDurably('a', token, { kind: 'ack' }, [[2, 2]]);
    await trial.restart();
    expect(await order(group, 4)).toEqual([5, 4, 1, 3]);
  });
};
