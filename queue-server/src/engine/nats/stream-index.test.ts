import { expect, it } from '@jest/globals';
import { StreamIndex } from './stream-index.js';

const END = 10_000;

const indexOf = (...segments: readonly (readonly [firstSeq: number, begins: number])[]): StreamIndex => {
  const index = new StreamIndex();
  for (const [firstSeq, begins] of segments) index.begin(firstSeq, { begins, needs: begins });
  return index;
};

it('knows where segments begin and end', () => {
  const index = indexOf([1, 5], [100, 50]);
  expect(index.bounds(1, 20, END)).toEqual({ low: 5, high: 50 });
  expect(index.bounds(100, 120, END)).toEqual({ low: 50, high: END });
});

it('knows the batches around a message that it learned, in any order', () => {
  const index = indexOf([1, 5]);
  for (const [seq, position] of [
    [40, 12],
    [10, 7],
    [20, 9],
  ] as const)
    index.learn(1, seq, position);
  expect(index.bounds(1, 9, END)).toEqual({ low: 5, high: 7 });
  expect(index.bounds(1, 20, END)).toEqual({ low: 9, high: 12 });
  expect(index.bounds(1, 99, END)).toEqual({ low: 12, high: END });
});

it('remembers only some of many batches, and still knows where the others are not', () => {
  const index = indexOf([1, 1]);
  for (let seq = 1; seq <= 5_000; seq++) index.learn(1, seq, seq + 1);
  const { low, high } = index.bounds(1, 2_500, END);
  expect([low <= 2_501, high > 2_501, high - low < 64]).toEqual([true, true, true]);
});

it('forgets segments that are dropped', () => {
  const index = indexOf([1, 5], [100, 50]);
  index.forget(1);
  index.learn(1, 2, 6);
  expect(index.place(1)).toBeUndefined();
});
