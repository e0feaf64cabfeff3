import { expect } from '@jest/globals';
import { HOUR, MINUTE } from '@typed-queue/contracts';
import { idOf } from '../frames.fixture.js';
import type { Guarantee } from './guarantee.fixture.js';
import { QUEUE, type Trial } from './trial.fixture.js';

/** What holds only where messages outlive the process. */
export const REMOVAL_KNOWN_AFTER_A_RESTART = [
  'reports after a restart, too, what retention removed, and continues after it',
  'knows after a restart the frames of producers whose messages were removed',
] as const;

/** Lets minutes pass; what is due in one is done, and the next timer set, before the next. */
const passMinutes = async (trial: Trial, minutes: number): Promise<void> => {
  for (let passed = 0; passed < minutes; passed++) {
    trial.time.pass(MINUTE);
    while (trial.time.running === 0) await new Promise(setImmediate);
  }
};

/** Lets time pass until the queue begins with a seq, or a later one. */
const passUntilFirst = async (trial: Trial, firstSeq: number): Promise<void> => {
  while (trial.engine.queue(QUEUE).head().firstSeq < firstSeq) await passMinutes(trial, 1);
};

const removed = (from: number, to: number): string => `gap ${from} to ${to}: retention`;

/** Appends messages one by one, `minutes` apart. */
const appendEach = async (trial: Trial, numbers: readonly number[], minutes = 0): Promise<void> => {
  for (const number of numbers) {
    await trial.append([number]);
    await passMinutes(trial, minutes);
  }
};

export const retention = (guarantee: Guarantee): void => {
  const [removal, producers] = REMOVAL_KNOWN_AFTER_A_RESTART;

  guarantee('keeps everything of a queue without bounds', async (trial) => {
    await appendEach(trial, [1, 2, 3]);
    trial.time.pass(1_000 * HOUR);
    expect(await trial.stored()).toEqual([1, 2, 3].map(idOf));
    expect(trial.time.running).toBe(0);
  });

  guarantee('removes messages that are older than the queue keeps, and says which', async (trial) => {
    await trial.retain({ maxAgeMs: HOUR });
    await appendEach(trial, [1, 2, 3]);
    await passMinutes(trial, 59);
    expect(trial.engine.queue(QUEUE).head().firstSeq).toBe(1);
    await appendEach(trial, [4, 5]);
    await passUntilFirst(trial, 4);
    expect(await trial.stored()).toEqual([removed(1, 3), idOf(4), idOf(5)]);
    await passUntilFirst(trial, 6);
    expect(await trial.stored()).toEqual([removed(1, 5)]);
    expect(trial.engine.queue(QUEUE).head()).toMatchObject({ firstSeq: 6, lastSeq: 5 });
    expect(await trial.append([6])).toMatchObject({ firstSeq: 6 });
  });

  guarantee('removes no message before its age', async (trial) => {
    await trial.retain({ maxAgeMs: HOUR });
    await appendEach(trial, [1, 2, 3, 4, 5, 6, 7], 10);
    // 70 minutes after the first and 60 after the second.
    expect(trial.engine.queue(QUEUE).head().firstSeq).toBeLessThanOrEqual(2);
    // The second is removed with its segment, an eighth of its age later at the latest.
    await passMinutes(trial, 9);
    expect(trial.engine.queue(QUEUE).head().firstSeq).toBe(3);
  });

  guarantee('keeps at least `maxMessages`, and few more', async (trial) => {
    await trial.retain({ maxMessages: 8 });
    const numbers = Array.from({ length: 40 }, (_, index) => index + 1);
    await appendEach(trial, numbers, 1);
    const { firstSeq, lastSeq } = trial.engine.queue(QUEUE).head();
    expect(lastSeq - firstSeq + 1).toBe(8);
    expect(await trial.stored()).toEqual([
      removed(1, firstSeq - 1),
      ...numbers.filter((number) => number >= firstSeq).map(idOf),
    ]);
  });

  guarantee('keeps at least `maxBytes`, and few more', async (trial) => {
    await trial.append([1]);
    const one = trial.engine.queue(QUEUE).head().bytes;
    await trial.retain({ maxBytes: 10 * one });
    await appendEach(
      trial,
      Array.from({ length: 60 }, (_, index) => index + 2),
      1,
    );
    const { bytes } = trial.engine.queue(QUEUE).head();
    expect(bytes).toBeGreaterThanOrEqual(10 * one);
    expect(bytes).toBeLessThan(15 * one);
  });

  guarantee('purges everything, and goes on with the next seq', async (trial) => {
    await trial.append([1, 2]);
    await trial.append([3]);
    const { epoch } = trial.engine.queue(QUEUE).head();
    await trial.engine.queue(QUEUE).trim(4);
    expect(trial.engine.queue(QUEUE).head()).toMatchObject({ epoch, firstSeq: 4, lastSeq: 3 });
    expect(await trial.stored()).toEqual([removed(1, 3)]);
    expect(await trial.engine.queue(QUEUE).read(4, 1024)).toEqual([]);
    expect(await trial.append([4])).toMatchObject({ epoch, firstSeq: 4 });
    expect(await trial.engine.queue(QUEUE).read(2, 1024)).toMatchObject([
      { kind: 'gap', gap: { from: 2, to: 3, reason: 'retention' } },
      { kind: 'frame', frame: { firstSeq: 4 } },
    ]);
    // It came again: what is gone is still known.
    expect(await trial.append([2])).toMatchObject({ duplicates: [{ seq: 2 }] });
  });

  guarantee('removes what came before a roll, all of it, and nothing that came after', async (trial) => {
    await trial.append([1, 2]);
    await trial.engine.queue(QUEUE).roll();
    await trial.append([3]);
    await trial.engine.queue(QUEUE).trim(3);
    expect(trial.engine.queue(QUEUE).head()).toMatchObject({ firstSeq: 3, lastSeq: 3 });
    expect(await trial.stored()).toEqual([removed(1, 2), idOf(3)]);
  });

  guarantee('reports the gap to a group that lags, and delivers the rest', async (trial) => {
    await trial.append([1, 2]);
    const group = await trial.group();
    await group.mustClaim('a', { maxMessages: 1 });
    await trial.engine.queue(QUEUE).trim(3);
    await trial.append([3, 4]);
    const { seqs, gaps } = await group.mustClaim('b');
    expect(seqs).toEqual([3, 4]);
    expect(gaps).toEqual([{ from: 2, to: 2, reason: 'retention' }]);
  });

  guarantee('purges nothing from the seq on that it was given', async (trial) => {
    for (const number of [1, 2, 3, 4]) await trial.append([number]);
    for (const before of [0, 1, 3, 4]) {
      await trial.engine.queue(QUEUE).trim(before);
      const { firstSeq, lastSeq } = trial.engine.queue(QUEUE).head();
      expect(firstSeq).toBeLessThanOrEqual(Math.max(1, before));
      expect(lastSeq).toBe(4);
    }
    await trial.engine.queue(QUEUE).trim(Number.MAX_SAFE_INTEGER);
    expect(trial.engine.queue(QUEUE).head()).toMatchObject({ firstSeq: 5, lastSeq: 4 });
    await trial.append([5]);
    expect(await trial.stored()).toEqual([removed(1, 4), idOf(5)]);
  });

  guarantee(removal, async (trial) => {
    for (const number of [1, 2, 3]) await trial.append([number]);
    await trial.engine.queue(QUEUE).trim(4);
    await trial.restart();
    expect(await trial.stored()).toEqual([removed(1, 3)]);
    expect(await trial.append([4])).toMatchObject({ firstSeq: 4 });
    await trial.restart();
    expect(await trial.stored()).toEqual([removed(1, 3), idOf(4)]);
  });

  guarantee(producers, async (trial) => {
    const origin = { producer: idOf(77), firstNumber: 7 };
    await trial.append([1, 2], origin);
    await trial.engine.queue(QUEUE).trim(3);
    await trial.restart();
    await trial.restart();
    const again = await trial.append([1, 2], origin);
    expect(again.duplicates.map(({ seq }) => seq)).toEqual([1, 2]);
  });
};
