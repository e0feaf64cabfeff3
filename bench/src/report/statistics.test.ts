import { describe, expect, it } from '@jest/globals';
import { quantile, summaryOf } from './statistics.js';

describe('a quantile', () => {
  it('is the middle value of an odd number', () => expect(quantile([30, 10, 20], 0.5)).toBe(20));
  it('is the lower of the two in the middle', () => expect(quantile([4, 1, 3, 2], 0.5)).toBe(2));
  it('of 0.99 is above 99 of 100 values', () =>
    expect(
      quantile(
        Array.from({ length: 100 }, (_, index) => index + 1),
        0.99,
      ),
    ).toBe(99));
  it('of 0 is the lowest', () => expect(quantile([2, 1], 0)).toBe(1));
  it('of nothing is not a number', () => expect(quantile([], 0.5)).toBeNaN());
});

it('a summary has the median and the range', () => {
  expect(summaryOf([3, 9, 5])).toEqual({ median: 5, lowest: 3, highest: 9 });
});
