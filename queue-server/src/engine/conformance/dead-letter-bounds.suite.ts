import { expect } from '@jest/globals';
import { MINUTE } from '@typed-queue/contracts';
import type { Guarantee } from './guarantee.fixture.js';
import { QUEUE, type Trial } from './trial.fixture.js';

const reject = { kind: 'dead-letter', reason: 'never' } as const;

/** Appends messages that a group rejects. */
const giveUp = async (trial: Trial, count: number): Promise<void> => {
  const { lastSeq } = trial.engine.queue(QUEUE).head();
  await trial.append(Array.from({ length: count }, (_, index) => lastSeq + index + 1));
  const group = await trial.group();
  const { token } = await group.mustClaim('a');
  await group.settleDurably('a', token, reject);
};

const positions = async (trial: Trial): Promise<number[]> =>
  (await trial.deadLetters.list({})).letters.map(({ position }) => position);

export const letterBounds = (guarantee: Guarantee): void => {
  guarantee('keeps dead letters for ever unless the queue bounds them', async (trial) => {
    await giveUp(trial, 3);
    trial.time.pass(10 * 365 * 24 * 60 * MINUTE);
    expect(await positions(trial)).toEqual([1, 2, 3]);
  });

  guarantee(
    'removes dead letters that are older than the queue keeps them, and reports it',
    async (trial) => {
      await trial.retainLetters({ maxAgeMs: 10 * MINUTE });
      await giveUp(trial, 2);
      trial.time.pass(6 * MINUTE);
      await giveUp(trial, 1);
      trial.time.pass(3 * MINUTE);
      expect(trial.reported.filter((event) => event.startsWith('expired'))).toEqual([]);
      trial.time.pass(3 * MINUTE);
      await trial.eventually(() => trial.deadLetters.status().expired === 2);
      expect(await positions(trial)).toEqual([3]);
      expect(trial.reported.filter((event) => event.startsWith('expired'))).toEqual(['expired files g 2']);
      expect(trial.deadLetters.status()).toMatchObject({ letters: 1, expired: 2 });
    },
  );

  guarantee('loses the oldest dead letters when all take more than the queue keeps', async (trial) => {
    await trial.retainLetters({ maxBytes: 1_500 });
    await giveUp(trial, 12);
    const before = await positions(trial);
    trial.time.pass(MINUTE);
    await trial.eventually(() => trial.deadLetters.status().expired > 0);
    const kept = await positions(trial);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept).toEqual(before.slice(-kept.length));
    expect(trial.deadLetters.status()).toMatchObject({
      letters: kept.length,
      expired: before.length - kept.length,
    });
  });

  guarantee('loses no dead letter by its age while it is redriven', async (trial) => {
    await trial.retainLetters({ maxAgeMs: 10 * MINUTE });
    await giveUp(trial, 2);
    const { letters } = await trial.deadLetters.list({ positions: [1] });
    await trial.deadLetters.redrive(letters);
    trial.time.pass(20 * MINUTE);
    await trial.eventually(() => trial.deadLetters.status().expired === 1);
    await trial.engine.queue(QUEUE).trim(3);
    const group = await trial.group();
    expect((await group.mustClaim('b')).seqs).toEqual([1]);
  });
};
