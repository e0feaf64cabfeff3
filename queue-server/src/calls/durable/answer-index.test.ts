import { expect, it } from '@jest/globals';
import { idOf } from '../../engine/frames.fixture.js';
import { AnswerIndex } from './answer-index.js';

it('finds where an answer is, the newest of its key', () => {
  const index = new AnswerIndex(1_000);
  index.set(idOf(1), 5, 0);
  index.set(idOf(2), 6, 0);
  index.set(idOf(1), 7, 10);
  expect([idOf(1), idOf(2), idOf(3)].map((key) => index.find(key))).toEqual([7, 6, undefined]);
});

it('knows an answer for its age at least, and twice that at most', () => {
  const index = new AnswerIndex(1_000);
  index.set(idOf(1), 1, 0);
  index.set(idOf(2), 2, 999);
  index.set(idOf(3), 3, 1_000);
  expect(index.find(idOf(1))).toBe(1);
  index.set(idOf(4), 4, 2_000);
  expect([idOf(1), idOf(2), idOf(3)].map((key) => index.find(key))).toEqual([undefined, undefined, 3]);
});
