import { expect, it } from '@jest/globals';
import type { Frame, FrameReceipt } from '@typed-queue/contracts/wire';
import { draftOf } from '../engine/frames.fixture.js';
import { GatheredAppends } from './gathered-appends.js';

/** A log that stores each id once. */
const log = () => {
  const frames: Frame[] = [];
  const seqs = new Map<string, number>();
  const append = async (frame: Frame): Promise<FrameReceipt> => {
    frames.push(frame);
    const firstSeq = seqs.size + 1;
    const duplicates: { index: number; seq: number }[] = [];
    for (let index = 0; index < frame.count; index++) {
      const known = seqs.get(frame.id(index));
      if (known === undefined) seqs.set(frame.id(index), seqs.size + 1);
      else duplicates.push({ index, seq: known });
    }
    return { epoch: 'e', firstSeq, duplicates, durability: 'disk', refused: [] };
  };
  return { frames, append };
};

it('appends what comes in one turn as one frame, and resolves each with its seq', async () => {
  const { frames, append } = log();
  const appends = new GatheredAppends({ append });
  const seqs = await Promise.all([1, 2, 1, 3].map((number) => appends.append(draftOf(number))));
  expect([seqs, frames.length]).toEqual([[1, 2, 1, 3], 1]);
});

it('cuts what is too large for one frame', async () => {
  const { frames, append } = log();
  const appends = new GatheredAppends({ append });
  const text = 'x'.repeat(700_000);
  await Promise.all([1, 2, 3].map((number) => appends.append(draftOf(number, text))));
  expect(frames.map(({ count }) => count)).toEqual([1, 1, 1]);
});

it('rejects all of a frame that cannot be stored, and none of the next', async () => {
  const { append } = log();
  let fails = true;
  const appends = new GatheredAppends({
    append: (frame) => (fails ? Promise.reject(new Error('full')) : append(frame)),
  });
  const refused = await Promise.allSettled([1, 2].map((number) => appends.append(draftOf(number))));
  fails = false;
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await appends.append(draftOf(1))).toBe(1);
});
