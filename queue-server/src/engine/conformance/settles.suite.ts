import { expect } from '@jest/globals';
import { MINUTE } from '@typed-queue/contracts';
import type { Guarantee } from './guarantee.fixture.js';

const ack = { kind: 'ack' } as const;
const extend = { kind: 'extend' } as const;

export const settles = (guarantee: Guarantee): void => {
  guarantee('settles acked messages', async (trial) => {
    await trial.append([1, 2, 3]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    const { held, accepted, refused, durable } = await group.settle('a', token, ack);
    expect({ held, accepted, refused }).toEqual({ held: true, accepted: [[1, 3]], refused: [] });
    await durable;
    expect(await group.floor()).toBe(4);
    trial.time.pass(60 * MINUTE);
    expect(await group.claim('a')).toBeUndefined();
    expect(trial.reported.filter((event) => event.startsWith('returned'))).toEqual([]);
  });

  guarantee(
    'applies an outcome to the ranges that it names, and keeps the rest under the token',
    async (trial) => {
      await trial.append([1, 2, 3, 4, 5]);
      const group = await trial.group();
      const { token } = await group.mustClaim('a');
      const { accepted } = await group.settle('a', token, ack, [
        [1, 1],
        [3, 4],
      ]);
      expect(accepted).toEqual([
        [1, 1],
        [3, 4],
      ]);
      expect(await group.floor()).toBe(2);
      expect(await group.claim('b')).toBeUndefined();
      expect((await group.settle('a', token, ack)).accepted).toEqual([
        [2, 2],
        [5, 5],
      ]);
      expect(await group.floor()).toBe(6);
    },
  );

  guarantee('lets nobody but the holder settle', async (trial) => {
    await trial.append([1, 2]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    for (const [member, wrong] of [
      ['b', token],
      ['a', token + 1],
    ] as const) {
      for (const outcome of [ack, extend, { kind: 'release' }, { kind: 'retry' }] as const) {
        const { held, accepted } = await group.settle(member, wrong, outcome);
        expect({ held, accepted }).toEqual({ held: false, accepted: [] });
      }
      expect((await group.settle(member, wrong, ack, [[1, 2]])).refused).toEqual([[1, 2]]);
    }
    expect(await group.floor()).toBe(1);
    expect(await group.settle('a', token, ack)).toMatchObject({ held: true, accepted: [[1, 2]] });
  });

  guarantee('refuses messages that are not under the token, and applies the rest', async (trial) => {
    await trial.append([1, 2, 3, 4]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a', { maxMessages: 2 });
    await group.mustClaim('b', { maxMessages: 1 });
    const { held, accepted, refused } = await group.settle('a', token, ack, [[2, 9]]);
    expect({ held, accepted }).toEqual({ held: true, accepted: [[2, 2]] });
    expect(refused).toEqual([
      [3, 3],
      [4, 9],
    ]);
  });

  guarantee('takes an ack that comes again for settled', async (trial) => {
    await trial.append([1, 2]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await group.ack('a', token, [[1, 1]]);
    expect(await group.settle('a', token, ack, [[1, 1]])).toMatchObject({
      held: true,
      accepted: [],
      refused: [],
    });
    await group.ack('a', token);
    expect(await group.settle('a', token, ack, [[1, 2]])).toMatchObject({ accepted: [], refused: [] });
  });

  guarantee('delivers released messages again, at once and uncounted', async (trial) => {
    await trial.append([1, 2, 3]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await group.settle('a', token, { kind: 'release' }, [[2, 3]]);
    expect(await group.mustClaim('b')).toMatchObject({ seqs: [2, 3], attempts: [] });
    expect(await group.floor()).toBe(1);
  });

  guarantee('delivers failed messages again after the delay, and counts the attempt', async (trial) => {
    await trial.append([1, 2, 3]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    const { accepted, durable } = await group.settle('a', token, { kind: 'retry', delayMs: 2_000 }, [[2, 2]]);
    await durable;
    expect(accepted).toEqual([[2, 2]]);
    await group.ack('a', token);
    trial.time.pass(1_999);
    expect(await group.claim('a')).toBeUndefined();
    trial.time.pass(1);
    expect(trial.reported.at(-1)).toBe('ready files g');
    expect(await group.mustClaim('a')).toMatchObject({ seqs: [2], attempts: [[2, 2, 2]] });
  });

  guarantee('waits by itself before a retry that names no delay', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    await group.settle('a', (await group.mustClaim('a')).token, { kind: 'retry' });
    expect(await group.claim('a')).toBeUndefined();
    trial.time.pass(15 * MINUTE);
    expect(trial.reported.at(-1)).toBe('ready files g');
    expect(await group.mustClaim('a')).toMatchObject({ attempts: [[1, 1, 2]] });
  });

  guarantee('counts the failures of each message for itself', async (trial) => {
    await trial.append([1, 2, 3]);
    const group = await trial.group();
    const retry = { kind: 'retry', delayMs: 0 } as const;
    await group.settle('a', (await group.mustClaim('a')).token, retry, [[1, 2]]);
    const again = await group.mustClaim('a', { maxMessages: 1 });
    expect(again).toMatchObject({ seqs: [1], attempts: [[1, 1, 2]] });
    await group.settle('a', again.token, retry);
    expect(await group.mustClaim('a', { maxMessages: 1 })).toMatchObject({
      seqs: [1],
      attempts: [[1, 1, 3]],
    });
    expect(await group.mustClaim('a')).toMatchObject({ seqs: [2], attempts: [[2, 2, 2]] });
  });
};
