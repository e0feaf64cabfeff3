import { describe, expect, it } from '@jest/globals';
import { Outcomes } from './outcomes.js';

describe('Outcomes', () => {
  it('says each outcome once, for ranges', () => {
    const outcomes = new Outcomes();
    for (const seq of [1, 2, 3, 7, 5]) outcomes.ack(seq);
    outcomes.fail(4, { kind: 'retry', reason: 'a' });
    outcomes.fail(6, { kind: 'retry', reason: 'a' });
    outcomes.fail(8, { kind: 'retry', reason: 'a', delayMs: 9 });
    outcomes.fail(9, { kind: 'dead-letter', reason: 'a' });
    outcomes.release([[11, 12]]);
    expect(outcomes.empty).toBe(false);
    expect(outcomes.ranges).toEqual([[1, 3], [5, 5], [7, 7], [4, 4], [6, 6], [8, 8], [9, 9]]); // prettier-ignore
    expect(outcomes.take(11)).toEqual([
      { token: 11, outcome: { kind: 'ack' }, ranges: [[1, 3], [5, 5], [7, 7]] }, // prettier-ignore
      { token: 11, outcome: { kind: 'release' }, ranges: [[11, 12]] },
      { token: 11, outcome: { kind: 'retry', reason: 'a' }, ranges: [[4, 4], [6, 6]] }, // prettier-ignore
      { token: 11, outcome: { kind: 'retry', reason: 'a', delayMs: 9 }, ranges: [[8, 8]] },
      { token: 11, outcome: { kind: 'dead-letter', reason: 'a' }, ranges: [[9, 9]] },
    ]);
    expect(outcomes.empty).toBe(true);
    expect(outcomes.take(11)).toEqual([]);
  });
});
