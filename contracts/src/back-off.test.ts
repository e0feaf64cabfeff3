import { describe, expect, it } from '@jest/globals';
import { backOffMs } from './back-off.js';

const waits = (growth?: number): number[] =>
  [0, 1, 2, 3, 4, 2_000].map((failures) =>
    backOffMs(failures, { minDelayMs: 100, maxDelayMs: 1_000, ...(growth !== undefined && { growth }) }),
  );

describe('backOffMs', () => {
  it('doubles the first wait with each failure, up to the longest', () => {
    expect(waits()).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('grows as it is asked to', () => {
    expect(waits(3)).toEqual([100, 300, 900, 1_000, 1_000, 1_000]);
  });
});
