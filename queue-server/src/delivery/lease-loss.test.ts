import { describe, expect, it } from '@jest/globals';
import type { Range } from '@typed-queue/contracts';
import { LeaseLoss } from './lease-loss.js';

const ranges = (count: number): Range[] => Array.from({ length: count }, (_, n) => [2 * n + 1, 2 * n + 1]);
const lostOf = (loss: LeaseLoss): { lost: { token: number; ranges: Range[] }[]; truncated?: boolean } => {
  try {
    loss.check();
  } catch (error) {
    // Safe: `check` throws nothing but an error with these details.
    return (error as { details: ReturnType<typeof lostOf> }).details;
  }
  return { lost: [] };
};

describe('the answer to settlements without a lease', () => {
  it('names everything when it is little', () => {
    const loss = new LeaseLoss();
    loss.add(1, [[1, 5]]);
    loss.add(2, []);
    expect(lostOf(loss)).toEqual({
      lost: [
        { token: 1, ranges: [[1, 5]] },
        { token: 2, ranges: [] },
      ],
    });
  });

  it('names 1,000 ranges and 1,000 tokens at most, and says that there are more', () => {
    const loss = new LeaseLoss();
    loss.add(1, ranges(999));
    loss.add(2, ranges(2));
    loss.add(3, ranges(1));
    for (let token = 4; token < 2_000; token++) loss.add(token, []);
    const { lost, truncated } = lostOf(loss);
    expect(lost.flatMap((each) => each.ranges)).toHaveLength(1_000);
    expect([lost.length, truncated]).toEqual([1_000, true]);
  });

  it('is no error when nothing was lost', () => {
    expect(() => new LeaseLoss().check()).not.toThrow();
  });
});
