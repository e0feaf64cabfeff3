import { expect } from '@jest/globals';
import { encodeFrame, type FrameOrigin, type FrameReceipt } from '@typed-queue/contracts/wire';
import { draftOf, idOf, producerOf } from '../frames.fixture.js';
import type { Guarantee } from './guarantee.fixture.js';
import { QUEUE, type Trial } from './trial.fixture.js';

/** For engines that forget everything at a restart. */
export const EXPECTED_SEQS_KEPT_OVER_A_RESTART = [
  'knows after a restart the last seq of a key, and what is a duplicate',
] as const;

const origin = { producer: producerOf(1), firstNumber: 1 };

interface Append {
  readonly key?: string;
  /** Undefined: none is expected. */
  readonly seq?: number;
  readonly origin?: FrameOrigin;
}

/** Appends one frame of messages that are known by their numbers. */
const append = (
  trial: Trial,
  numbers: readonly number[],
  { key, seq, origin }: Append,
): Promise<FrameReceipt> => {
  const headers = key === undefined ? {} : { key, headers: JSON.stringify({ key }) };
  const frame = encodeFrame(
    numbers.map((number) => ({ ...draftOf(number), ...headers })),
    origin,
  );
  return trial.engine.queue(QUEUE).append(frame, seq === undefined ? undefined : { seq, key });
};

const conflict = (expectedSeq: number, actualSeq: number, key?: string) => ({
  code: 'seq_conflict',
  retryable: false,
  details: { expectedSeq, actualSeq, ...(key !== undefined && { key }) },
});

export const expectedSeqs = (guarantee: Guarantee): void => {
  guarantee(
    'appends after the last seq of the queue that is expected, and nothing after another',
    async (trial) => {
      expect(await append(trial, [1], { seq: 0 })).toMatchObject({ firstSeq: 1 });
      expect(await append(trial, [2, 3], { seq: 1 })).toMatchObject({ firstSeq: 2 });
      await expect(append(trial, [4], { seq: 2 })).rejects.toMatchObject(conflict(2, 3));
      await expect(append(trial, [4], { seq: 4 })).rejects.toMatchObject(conflict(4, 3));
      expect(await trial.stored()).toEqual([1, 2, 3].map(idOf));
      expect(await append(trial, [4], {})).toMatchObject({ firstSeq: 4 });
    },
  );

  guarantee('appends after the last seq of a key, whatever other messages there are', async (trial) => {
    expect(await append(trial, [1], { key: 'a', seq: 0 })).toMatchObject({ firstSeq: 1 });
    await append(trial, [2], {});
    await append(trial, [3, 4], { key: 'b' });
    expect(await append(trial, [5, 6], { key: 'a', seq: 1 })).toMatchObject({ firstSeq: 5 });
    await append(trial, [7], { key: 'a' });
    await expect(append(trial, [8], { key: 'a', seq: 6 })).rejects.toMatchObject(conflict(6, 7, 'a'));
    await expect(append(trial, [8], { key: 'b', seq: 3 })).rejects.toMatchObject(conflict(3, 4, 'b'));
    await expect(append(trial, [8], { key: 'c', seq: 4 })).rejects.toMatchObject(conflict(4, 0, 'c'));
    expect(await append(trial, [8], { key: 'b', seq: 4 })).toMatchObject({ firstSeq: 8 });
  });

  guarantee('knows the keys of messages that came before a seq was ever expected', async (trial) => {
    await append(trial, [1, 2], { key: 'a' });
    await append(trial, [3], { key: 'b' });
    await expect(append(trial, [4], { key: 'a', seq: 1 })).rejects.toMatchObject(conflict(1, 2, 'a'));
    expect(await append(trial, [4], { key: 'a', seq: 2 })).toMatchObject({ firstSeq: 4 });
  });

  guarantee('appends exactly one of those that expect the same seq in the same turn', async (trial) => {
    await append(trial, [1], { key: 'a' });
    for (const [first, at] of [
      [10, { key: 'a', seq: 1 }],
      [20, { seq: 2 }],
      [30, { key: 'new', seq: 0 }],
    ] as const) {
      const racing = [0, 1, 2, 3].map((each) => append(trial, [first + each], at));
      const results = await Promise.allSettled(racing);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
    }
    expect(await trial.stored()).toEqual([1, 10, 20, 30].map(idOf));
  });

  guarantee('answers what it knows as a duplicate, whatever seq is expected', async (trial) => {
    await append(trial, [1, 2], { key: 'a', seq: 0, origin });
    await append(trial, [3], { key: 'a', seq: 2 });
    const duplicates = [
      { index: 0, seq: 1 },
      { index: 1, seq: 2 },
    ];
    expect(await append(trial, [1, 2], { key: 'a', seq: 0, origin })).toMatchObject({ duplicates });
    expect(await append(trial, [1, 2], { key: 'a', seq: 0 })).toMatchObject({ duplicates });
    expect(await append(trial, [3], { seq: 77 })).toMatchObject({ duplicates: [{ index: 0, seq: 3 }] });
  });

  guarantee('appends nothing of a batch that is refused, even where some of it is known', async (trial) => {
    await append(trial, [1], { key: 'a' });
    await expect(append(trial, [1, 2], { key: 'a', seq: 0 })).rejects.toMatchObject(conflict(0, 1, 'a'));
    expect(await trial.stored()).toEqual([idOf(1)]);
    expect(await append(trial, [2], { key: 'a', seq: 1 })).toMatchObject({ firstSeq: 2, duplicates: [] });
  });

  guarantee('takes a key of which retention left no message for one that had none', async (trial) => {
    await append(trial, [1, 2], { key: 'a', seq: 0 });
    await append(trial, [3], { key: 'b' });
    await trial.engine.queue(QUEUE).trim(Infinity);
    await append(trial, [4], { key: 'b', seq: 3 });
    await expect(append(trial, [5], { key: 'a', seq: 4 })).rejects.toMatchObject(conflict(4, 0, 'a'));
    expect(await append(trial, [5], { key: 'a', seq: 1 })).toMatchObject({ firstSeq: 5 });
    await expect(append(trial, [6], { key: 'a', seq: 2 })).rejects.toMatchObject(conflict(2, 5, 'a'));
  });

  guarantee(EXPECTED_SEQS_KEPT_OVER_A_RESTART[0], async (trial) => {
    await append(trial, [1], { key: 'a', seq: 0, origin });
    await append(trial, [2], { key: 'a', seq: 1 });
    await trial.restart();
    expect(await append(trial, [1], { key: 'a', seq: 0, origin })).toMatchObject({
      duplicates: [{ index: 0, seq: 1 }],
    });
    await expect(append(trial, [3], { key: 'a', seq: 1 })).rejects.toMatchObject(conflict(1, 2, 'a'));
    expect(await append(trial, [3], { key: 'a', seq: 2 })).toMatchObject({ firstSeq: 3 });
  });
};
