import { expect, it } from '@jest/globals';
import { largest, latest, lonePoints, timesOf } from './series.js';

it('steps that were not measured are no values', () => {
  expect(latest([1, 5, null])).toBe(5);
  expect(largest([null, 1, 5, null, 2])).toBe(5);
});

it('nothing measured has no latest value', () => {
  expect([latest([null]), largest([])]).toEqual([undefined, 0]);
});

it('the times of steps are seconds', () => {
  expect(timesOf(20_000, 10_000, 3)).toEqual([20, 30, 40]);
});

it.each([
  [[0], [0]],
  [[0, 0], []],
  [
    [null, 5, null, 1, 2, null, 0],
    [1, 6],
  ],
  [[null], []],
])('of the values %j those at %j are shown as points', (values, points) => {
  expect(lonePoints(values)).toEqual(points);
});
