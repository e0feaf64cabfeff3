import { describe, expect, it } from '@jest/globals';
import { HistoryRing, STEPS } from './history-ring.js';

const sample = (depth: number) => ({ published: 1.5, settled: 0.5, depth, deadLetters: 2 });

/** The depths of some steps. */
const depths = (ring: HistoryRing, first: number, count: number): number[] => {
  const sums = new Float64Array(count);
  ring.addTo(sums, 'depth', first);
  return [...sums];
};

describe('the ring of a history', () => {
  it('has each series', () => {
    const ring = new HistoryRing();
    ring.set(7, sample(3));
    const sums = (['published', 'settled', 'depth', 'deadLetters'] as const).map((name) => {
      const sum = new Float64Array(1);
      ring.addTo(sum, name, 7);
      return sum[0];
    });
    expect(sums).toEqual([1.5, 0.5, 3, 2]);
  });

  it('adds to what others have', () => {
    const sums = new Float64Array([10, 20]);
    const ring = new HistoryRing();
    ring.set(7, sample(3));
    ring.addTo(sums, 'depth', 6);
    expect([...sums]).toEqual([10, 23]);
  });

  it('has nothing before its first step and after its newest', () => {
    const ring = new HistoryRing();
    ring.set(7, sample(3));
    expect(depths(ring, 6, 3)).toEqual([0, 3, 0]);
  });

  it('keeps 360 steps', () => {
    const ring = new HistoryRing();
    for (let step = 1; step <= STEPS + 1; step++) ring.set(step, sample(step));
    const kept = depths(ring, 1, STEPS + 1);
    expect([kept[0], kept[1], kept[STEPS]]).toEqual([0, 2, STEPS + 1]);
  });

  it('has nothing for the steps that were left out, however many', () => {
    const ring = new HistoryRing();
    for (let step = 1; step <= STEPS; step++) ring.set(step, sample(step));
    ring.set(STEPS + 3, sample(9));
    expect(depths(ring, STEPS, 4)).toEqual([STEPS, 0, 0, 9]);
    ring.set(STEPS * 5, sample(8));
    expect(depths(ring, STEPS * 5 - 1, 2)).toEqual([0, 8]);
  });
});
