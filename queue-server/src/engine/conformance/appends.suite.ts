import { expect } from '@jest/globals';
import { idOf, producerOf } from '../frames.fixture.js';
import type { Guarantee } from './guarantee.fixture.js';
import { OTHER_QUEUE, QUEUE } from './trial.fixture.js';

const HOUR_MS = 3_600_000;
const origin = { producer: producerOf(1), firstNumber: 7 };

export const appends = (guarantee: Guarantee): void => {
  guarantee('gives the messages of each queue consecutive seqs from 1 on', async (trial) => {
    const { epoch } = trial.engine.queue(QUEUE).head();
    const appended = await trial.append([1, 2]);
    expect(appended).toMatchObject({ epoch, firstSeq: 1, duplicates: [] });
    expect(['disk', 'memory']).toContain(appended.durability);
    expect(await trial.append([3])).toMatchObject({ epoch, firstSeq: 3 });
    expect(await trial.append([4], {}, OTHER_QUEUE)).toMatchObject({ firstSeq: 1 });
    expect(await trial.stored()).toEqual([1, 2, 3].map(idOf));
    expect(await trial.stored(OTHER_QUEUE)).toEqual([idOf(4)]);
    expect(trial.engine.fault()).toBeUndefined();
  });

  guarantee('stores and answers appends that overlap in the order of the calls', async (trial) => {
    const answered: number[] = [];
    const numbers = Array.from({ length: 20 }, (_, index) => 2 * index + 1);
    await Promise.all(
      numbers.map(async (number) => {
        const { firstSeq } = await trial.append([number, number + 1]);
        answered.push(firstSeq);
      }),
    );
    expect(answered).toEqual(numbers);
    expect(await trial.stored()).toEqual(Array.from({ length: 40 }, (_, index) => idOf(index + 1)));
  });

  guarantee('reports messages in the order of the log, before their appends resolve', async (trial) => {
    const answer = (numbers: number[]): Promise<unknown> =>
      trial.append(numbers).then(({ firstSeq }) => trial.reported.push(`answered ${firstSeq}`));
    await answer([1, 2]);
    await answer([3]);
    expect(trial.reported).toEqual(['committed files 2', 'answered 1', 'committed files 3', 'answered 3']);
  });

  guarantee('stores a message whose id it knows once', async (trial) => {
    await trial.append([2]);
    expect(await trial.append([1, 2, 3, 1])).toMatchObject({
      firstSeq: 2,
      duplicates: [
        { index: 1, seq: 1 },
        { index: 3, seq: 2 },
      ],
    });
    expect(await trial.append([3])).toMatchObject({ duplicates: [{ index: 0, seq: 3 }] });
    expect(await trial.stored()).toEqual([2, 1, 3].map(idOf));
    expect(trial.reported.filter((event) => event.startsWith('committed')).at(-1)).toBe('committed files 3');
  });

  guarantee('knows an id only in the queue that it came to', async (trial) => {
    await trial.append([1]);
    expect(await trial.append([1], {}, OTHER_QUEUE)).toMatchObject({ duplicates: [] });
  });

  guarantee('stores a frame once that is sent again while the first is under way', async (trial) => {
    const [first, second] = await Promise.all(
      ['first', 'second'].map(async () => {
        const appended = await trial.append([1, 2], origin);
        // Neither resolves before its messages are stored.
        expect(trial.engine.queue(QUEUE).head().lastSeq).toBe(2);
        return appended;
      }),
    );
    expect(first).toMatchObject({ firstSeq: 1, duplicates: [] });
    expect(second?.duplicates.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await trial.stored()).toEqual([1, 2].map(idOf));
  });

  guarantee(
    'recognises a frame that its producer sends again after hours and other messages',
    async (trial) => {
      await trial.append([9]);
      await trial.append([1, 2], origin);
      for (const number of [11, 12, 13]) {
        trial.time.now += HOUR_MS;
        await trial.append([number], { ...origin, firstNumber: number });
      }
      const again = await trial.append([1, 2], origin);
      expect(again.duplicates.map(({ seq }) => seq)).toEqual([2, 3]);
      expect(await trial.stored()).toHaveLength(6);
    },
  );

  guarantee('takes a frame of other messages for new, though its number was used before', async (trial) => {
    await trial.append([1, 2], origin);
    expect(await trial.append([3, 4], origin)).toMatchObject({ firstSeq: 3, duplicates: [] });
  });

  guarantee('takes frames of other numbers and producers for new', async (trial) => {
    await trial.append([1], origin);
    expect(await trial.append([2], { ...origin, firstNumber: 8 })).toMatchObject({ duplicates: [] });
    expect(await trial.append([3], { ...origin, producer: producerOf(2) })).toMatchObject({ duplicates: [] });
  });

  guarantee('refuses queues that it does not have', async (trial) => {
    const unknown = expect.objectContaining({ code: 'queue_unknown' });
    expect(() => trial.engine.queue('other')).toThrow(unknown);
    expect(() => trial.engine.group('other', 'g')).toThrow(unknown);
  });
};
