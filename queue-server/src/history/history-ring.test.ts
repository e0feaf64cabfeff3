import { describe, expect, it } from '@jest/globals';
import { HistoryRing, NOTHING, STEPS } from './history-ring.js';

const sample = (depth: number) => ({ published: 1.5, settled: 0.5, depth, deadLetters: 2 });

describe('the ring of a history', () => {
  it('has what was set', () => {
    const ring = new HistoryRing();
    ring.set(7, sample(3));
    expect(ring.get(7)).toEqual(sample(3));
  });

  it('has nothing before its first step and after its newest', () => {
    const ring = new HistoryRing();
    ring.set(7, sample(3));
    expect([ring.get(6), ring.get(8)]).toEqual([NOTHING, NOTHING]);
  });

  it('keeps 360 steps', () => {
    const ring = new HistoryRing();
    for (let step = 1; step <= STEPS + 1; step++) ring.set(step, sample(step));
    expect([1, 2, STEPS + 1].map((step) => ring.get(step).depth)).toEqual([0, 2, STEPS + 1]);
  });

  it('has nothing for the steps that were left out, however many', () => {
    const ring = new HistoryRing();
    for (let step = 1; step <= STEPS; step++) ring.set(step, sample(step));
    ring.set(STEPS + 3, sample(9));
    expect([STEPS, STEPS + 1, STEPS + 2, STEPS + 3].map((step) => ring.get(step).depth)).toEqual([
      STEPS,
      0,
      0,
      9,
    ]);
    ring.set(STEPS * 5, sample(8));
    expect([STEPS * 5 - 1, STEPS * 5].map((step) => ring.get(step).depth)).toEqual([0, 8]);
  });
});
