import { expect } from '@jest/globals';
import type { Guarantee } from './guarantee.fixture.js';
import { MAX_UNSETTLED, QUEUE } from './trial.fixture.js';

export const fairness = (guarantee: Guarantee): void => {
  guarantee(
    'delivers nothing new while too much of a group is unsettled, and reports that once',
    async (trial) => {
      const numbers = Array.from({ length: MAX_UNSETTLED + 2 }, (_, index) => index + 1);
      await trial.append(numbers);
      const group = await trial.group();
      const { token, seqs } = await group.mustClaim('a');
      expect(seqs).toEqual(numbers.slice(0, MAX_UNSETTLED));
      expect(await group.claim('b')).toBeUndefined();
      expect(await group.claim('b')).toBeUndefined();
      expect(trial.reported.filter((event) => event.startsWith('stalled'))).toEqual([
        `stalled ${QUEUE} g ${MAX_UNSETTLED}`,
      ]);
      expect(trial.groups).toMatchObject([{ stalled: true, unsettled: MAX_UNSETTLED }]);
      await group.settle('a', token, { kind: 'release' }, [[1, 1]]);
      expect((await group.mustClaim('b')).seqs).toEqual([1]);
      await group.ack('a', token, [[2, 3]]);
      expect((await group.mustClaim('b')).seqs).toEqual([MAX_UNSETTLED + 1, MAX_UNSETTLED + 2]);
      expect(trial.groups).toMatchObject([{ stalled: false }]);
    },
  );

  guarantee('says once that a group stalls, however often it is full again at its limit', async (trial) => {
    await trial.append(Array.from({ length: 3 * MAX_UNSETTLED }, (_, index) => index + 1));
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    for (let seq = 1; seq <= MAX_UNSETTLED / 2; seq++) {
      await group.ack('a', token, [[seq, seq]]);
      await group.mustClaim('b');
      expect(await group.claim('b')).toBeUndefined();
      expect(trial.groups).toMatchObject([{ stalled: true, unsettled: MAX_UNSETTLED }]);
    }
    const stalls = () => trial.reported.filter((event) => event.startsWith('stalled')).length;
    expect(stalls()).toBe(1);
    await group.ack('a', token, [[MAX_UNSETTLED / 2 + 1, MAX_UNSETTLED]]);
    await group.mustClaim('c', { maxMessages: 1 });
    expect(trial.groups).toMatchObject([{ stalled: false }]);
    await group.mustClaim('c');
    expect(await group.claim('c')).toBeUndefined();
    expect(stalls()).toBe(2);
  });

  guarantee('delivers only the events that the group wants, and settles all others', async (trial) => {
    await trial.appendDrafts(['odd', 'even', 'odd', 'even', 'even', 'odd'].map((event) => ({ event })));
    const group = await trial.group({ settings: { events: ['even'] } });
    const { token, seqs } = await group.mustClaim('a');
    expect(seqs).toEqual([2, 4, 5]);
    expect(await group.floor()).toBe(2);
    await group.ack('a', token);
    expect(await group.floor()).toBe(7);
    await trial.append([7]);
    expect((await group.mustClaim('a')).seqs).toEqual([]);
    expect(await group.claim('a')).toBeUndefined();
    expect(await group.floor()).toBe(8);
  });
};
