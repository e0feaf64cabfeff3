import { expect, it } from '@jest/globals';
import { timeRange } from './axes.js';

it('a chart of one value shows the minute before it', () => {
  expect(timeRange([1_000])).toEqual([940, 1_000]);
});

it('a chart of more than a minute shows all of it', () => {
  expect(timeRange([1_000, 1_010, 4_600])).toEqual([1_000, 4_600]);
});

it('a chart without values has no times', () => {
  expect(timeRange([])).toEqual([null, null]);
});
