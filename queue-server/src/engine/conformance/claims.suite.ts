import { expect } from '@jest/globals';
import type { Start } from '@typed-queue/contracts';
import type { Guarantee } from './guarantee.fixture.js';
import { OTHER_QUEUE, QUEUE } from './trial.fixture.js';

export const claims = (guarantee: Guarantee): void => {
  guarantee('makes a group where it is to start', async (trial) => {
    await trial.append([1, 2, 3]);
    const places: readonly [Start, number][] = [
      ['start', 1],
      ['now', 4],
      [{ seq: 2 }, 2],
      [{ seq: 99 }, 4],
    ];
    for (const [start, floor] of places) {
      const name = JSON.stringify(start);
      expect(await trial.engine.group(QUEUE, name).open({ start })).toMatchObject({ floor });
    }
    const later = await trial.group({ start: 'now' });
    expect(await later.claim('a')).toBeUndefined();
    await trial.append([4]);
    expect((await later.mustClaim('a')).seqs).toEqual([4]);
  });

  guarantee('opens an existing group unchanged', async (trial) => {
    await trial.append([1, 2, 3]);
    const group = await trial.group();
    await group.ack('a', (await group.mustClaim('a', { maxMessages: 2 })).token);
    expect(await trial.engine.group(QUEUE, 'g').open({ start: 'now' })).toMatchObject({ floor: 3 });
    expect((await group.mustClaim('a')).seqs).toEqual([3]);
  });

  guarantee('delivers messages in the order of the log, each to one member', async (trial) => {
    await trial.append([1, 2, 3]);
    await trial.append([4, 5]);
    const group = await trial.group();
    const delivered = [
      await group.mustClaim('a', { maxMessages: 2 }),
      await group.mustClaim('b', { maxMessages: 2 }),
      await group.mustClaim('a'),
    ];
    expect(delivered.flatMap(({ seqs }) => seqs)).toEqual([1, 2, 3, 4, 5]);
    expect(delivered[0]?.seqs).toEqual([1, 2]);
    expect(delivered.map(({ attempts, gaps }) => [attempts, gaps])).toEqual(delivered.map(() => [[], []]));
    expect(await group.claim('b')).toBeUndefined();
  });

  guarantee('gives each claim a token above all earlier ones', async (trial) => {
    await trial.append([1, 2, 3, 4]);
    const group = await trial.group();
    const other = await trial.group({ name: 'other' });
    const tokens: number[] = [];
    for (let times = 0; times < 4; times++) {
      tokens.push((await group.mustClaim('a', { maxMessages: 1 })).token);
      tokens.push((await other.mustClaim('a', { maxMessages: 1 })).token);
    }
    expect(tokens).toEqual([...new Set(tokens)].sort((one, another) => one - another));
    expect(tokens.every(Number.isSafeInteger)).toBe(true);
  });

  guarantee('delivers as many bytes as a claim allows, but at least one message', async (trial) => {
    await trial.append([1, 2, 3]);
    const group = await trial.group();
    expect((await group.mustClaim('a', { maxBytes: 1 })).seqs).toEqual([1]);
    expect((await group.mustClaim('a', { maxBytes: 1024 })).seqs).toEqual([2, 3]);
  });

  guarantee('delivers every message of a queue to each of its groups', async (trial) => {
    await trial.append([1, 2]);
    await trial.append([3], {}, OTHER_QUEUE);
    const groups = [
      await trial.group(),
      await trial.group({ name: 'h' }),
      await trial.group({ queue: OTHER_QUEUE }),
    ];
    const delivered = await Promise.all(groups.map((group) => group.mustClaim('a')));
    expect(delivered.map(({ seqs }) => seqs)).toEqual([[1, 2], [1, 2], [1]]);
  });

  guarantee('delivers nothing when nothing is ready', async (trial) => {
    const group = await trial.group();
    expect(await group.claim('a')).toBeUndefined();
    await trial.append([1]);
    await group.mustClaim('a');
    expect(await group.claim('a')).toBeUndefined();
    expect(await group.claim('b')).toBeUndefined();
  });

  guarantee('moves a group past a gap, and reports it', async (trial) => {
    for (const number of [1, 2, 3]) await trial.append([number]);
    await trial.group();
    await trial.restartDamaged(QUEUE, 2);
    const group = await trial.group();
    const { token, seqs, gaps } = await group.mustClaim('a');
    expect(seqs).toEqual([1, 3]);
    expect(gaps).toEqual([{ from: 2, to: 2, reason: 'damage' }]);
    await group.ack('a', token);
    expect(await group.floor()).toBe(4);
  });

  guarantee('moves a group past a gap at the end of the log', async (trial) => {
    for (const number of [1, 2]) await trial.append([number]);
    await trial.restartDamaged(QUEUE, 2);
    const group = await trial.group({ start: { seq: 2 } });
    expect(await group.mustClaim('a')).toMatchObject({ seqs: [], gaps: [{ from: 2, to: 2 }] });
    expect(await group.claim('a')).toBeUndefined();
    expect(await group.floor()).toBe(3);
  });
};
