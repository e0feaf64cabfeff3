import { expect, it } from '@jest/globals';
import { Histogram } from './histogram.js';

it('a histogram counts a value at a bound below it, and what is above all bounds at the end', () => {
  const histogram = new Histogram([1, 2, 4]);
  for (const value of [0, 1, 1.5, 4, 5, 1_000]) histogram.observe(value);
  expect(histogram.counts).toEqual([2, 1, 1, 2]);
  expect(histogram.sum).toBe(1_011.5);
});
