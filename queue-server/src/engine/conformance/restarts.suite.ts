import { expect } from '@jest/globals';
import { HOUR } from '@typed-queue/contracts';
import { idOf, producerOf } from '../frames.fixture.js';
import type { Guarantee } from './guarantee.fixture.js';
import { QUEUE } from './trial.fixture.js';

/** What holds only where messages and groups outlive the process. */
export const KEPT_OVER_A_RESTART = [
  'keeps messages, their seqs and the epoch over a restart',
  'knows over a restart what it stored before',
  'keeps over a restart what groups have settled',
  'frees all leases at a restart, uncounted',
  'keeps failures over a restart, and when a retry is due',
] as const;

/** What holds only where something can be damaged while the engine is down. */
export const MADE_GOOD_AFTER_DAMAGE = [
  'reads a gap in the place of a message that is damaged',
  'moves a group past a gap, and reports it',
  'moves a group past a gap at the end of the log',
] as const;

export const restarts = (guarantee: Guarantee): void => {
  const [messages, duplicates, settled, leases, failures] = KEPT_OVER_A_RESTART;

  guarantee(messages, async (trial) => {
    await trial.append([1, 2]);
    const before = trial.engine.queue(QUEUE).head();
    await trial.restart();
    expect(trial.engine.queue(QUEUE).head()).toEqual(before);
    expect(await trial.append([3])).toMatchObject({ epoch: before.epoch, firstSeq: 3 });
    expect(await trial.stored()).toEqual([1, 2, 3].map(idOf));
  });

  guarantee(duplicates, async (trial) => {
    const origin = { producer: producerOf(1), firstNumber: 7 };
    await trial.append([2, 3], origin);
    for (const number of [4, 5]) {
      // So that the ids before are forgotten.
      trial.time.now += HOUR;
      await trial.append([number]);
    }
    await trial.restart();
    expect(await trial.append([5])).toMatchObject({ duplicates: [{ seq: 4 }] });
    expect((await trial.append([2, 3], origin)).duplicates.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await trial.append([8, 9], origin)).toMatchObject({ duplicates: [] });
    expect(await trial.append([2])).toMatchObject({ duplicates: [] });
  });

  guarantee(settled, async (trial) => {
    await trial.append([1, 2, 3, 4]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await group.ack('a', token, [
      [1, 1],
      [3, 3],
    ]);
    await trial.restart();
    expect(await trial.engine.group(QUEUE, 'g').open({ start: 'now' })).toMatchObject({ floor: 2 });
    expect((await group.mustClaim('a')).seqs).toEqual([2, 4]);
    expect(await group.claim('a')).toBeUndefined();
  });

  guarantee(leases, async (trial) => {
    await trial.append([1, 2]);
    const group = await trial.group();
    await group.mustClaim('a');
    await trial.restart();
    await trial.group();
    expect(await group.mustClaim('b')).toMatchObject({ seqs: [1, 2], attempts: [] });
  });

  guarantee(failures, async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await group.settleDurably('a', token, { kind: 'retry', delayMs: 10_000 });
    trial.reported.length = 0;
    await trial.restart();
    await trial.group();
    trial.time.pass(8_999);
    expect(trial.reported).toEqual([]);
    trial.time.pass(1);
    expect(trial.reported).toEqual(['ready files g']);
    expect(await group.mustClaim('a')).toMatchObject({ seqs: [1], attempts: [[1, 1, 2]] });
  });

  guarantee('gives claims tokens above those of all earlier starts', async (trial) => {
    const tokens: number[] = [];
    for (const number of [1, 2, 3]) {
      await trial.append([number]);
      const group = await trial.group();
      tokens.push((await group.mustClaim('a', { maxMessages: 1 })).token);
      await trial.restart();
    }
    expect(tokens).toEqual([...new Set(tokens)].sort((one, another) => one - another));
  });

  guarantee('refuses outcomes under tokens of earlier starts', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await trial.restart();
    await trial.append([1]);
    await trial.group();
    await group.mustClaim('a');
    expect(group.resume('a', [token])).toEqual([]);
    const { held, accepted, refused } = await group.settle('a', token, { kind: 'ack' }, [[1, 1]]);
    expect({ held, accepted, refused }).toEqual({ held: false, accepted: [], refused: [[1, 1]] });
  });
};
