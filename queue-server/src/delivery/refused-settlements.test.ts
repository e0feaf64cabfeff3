import { describe, expect, it } from '@jest/globals';
import type { Range } from '@typed-queue/contracts';
import { RefusedSettlements } from './refused-settlements.js';

const ranges = (count: number): Range[] => Array.from({ length: count }, (_, n) => [2 * n + 1, 2 * n + 1]);
const detailsOf = (
  refused: RefusedSettlements,
): { lost: { token: number; ranges: Range[] }[]; truncated?: boolean } => {
  try {
    refused.check();
  } catch (error) {
    // Safe: `check` throws nothing but an error with these details.
    return (error as { details: ReturnType<typeof detailsOf> }).details;
  }
  return { lost: [] };
};

describe('the answer to settlements without a lease', () => {
  it('names everything when it is little', () => {
    const refused = new RefusedSettlements();
    refused.add(1, [[1, 5]]);
    refused.add(2, []);
    expect(detailsOf(refused)).toEqual({
      lost: [
        { token: 1, ranges: [[1, 5]] },
        { token: 2, ranges: [] },
      ],
    });
  });

  it('names 1,000 ranges and 1,000 tokens at most, and says that there are more', () => {
    const refused = new RefusedSettlements();
    refused.add(1, ranges(999));
    refused.add(2, ranges(2));
    refused.add(3, ranges(1));
    for (let token = 4; token < 2_000; token++) refused.add(token, []);
    const { lost, truncated } = detailsOf(refused);
    expect(lost.flatMap((each) => each.ranges)).toHaveLength(1_000);
    expect(lost).toHaveLength(1_000);
    expect(truncated).toBe(true);
  });

  it('is no error when nothing was lost', () => {
    expect(() => new RefusedSettlements().check()).not.toThrow();
  });
});
