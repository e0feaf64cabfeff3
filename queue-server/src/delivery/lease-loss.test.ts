import { describe, expect, it } from '@jest/globals';
import type { Range } from '@typed-queue/contracts';
import { LeaseLoss } from './lease-loss.js';

const ranges = (count: number): Range[] => Array.from({ length: count }, (_, n) => [2 * n + 1, 2 * n + 1]);
const lostOf = (losses: LeaseLoss): { lost: { token: number; ranges: Range[] }[]; truncated?: boolean } => {
  try {
    losses.check();
  } catch (error) {
    // Safe: `check` throws nothing but an error with these details.
    return (error as { details: ReturnType<typeof lostOf> }).details;
  }
  return { lost: [] };
};

describe('the answer to what was settled in vain', () => {
  it('names everything when it is little', () => {
    const losses = new LeaseLoss();
    losses.add(1, [[1, 5]]);
    losses.add(2, []);
    expect(lostOf(losses)).toEqual({
      lost: [
        { token: 1, ranges: [[1, 5]] },
        { token: 2, ranges: [] },
      ],
    });
  });

  it('names 1,000 ranges and 1,000 tokens at most, and says that there are more', () => {
    const losses = new LeaseLoss();
    losses.add(1, ranges(999));
    losses.add(2, ranges(2));
    losses.add(3, ranges(1));
    for (let token = 4; token < 2_000; token++) losses.add(token, []);
    const { lost, truncated } = lostOf(losses);
    expect(lost.flatMap((each) => each.ranges)).toHaveLength(1_000);
    expect([lost.length, truncated]).toEqual([1_000, true]);
  });

  it('is none when nothing was', () => {
    expect(() => new LeaseLoss().check()).not.toThrow();
  });
});
