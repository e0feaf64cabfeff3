import { expect, it } from '@jest/globals';
import type { History } from '@typed-queue/contracts';
import { historyContents } from './history-content.js';

const IDLE: History = {
  from: 0,
  stepMs: 10_000,
  published: [null, 2],
  settled: [null, 0],
  depth: [null, 0],
  deadLetters: [null, 0],
};

const names = (history: History, seesAll: boolean) =>
  historyContents(history, seesAll).map(([title, { series }]) => [title, ...series.map(({ name }) => name)]);

it('who may see all sees that nothing is there', () => {
  expect(names(IDLE, true)).toEqual([
    ['Messages a second', 'in', 'out'],
    ['Depth', 'not settled'],
    ['Dead letters', 'kept'],
  ]);
});

it('who may see a part is shown no line of nothing, which may be what is hidden', () => {
  expect(names(IDLE, false)).toEqual([['Messages a second', 'in']]);
});

it('who may see a part is shown what it may see', () => {
  expect(names({ ...IDLE, deadLetters: [0, 3] }, false)).toEqual([
    ['Messages a second', 'in'],
    ['Dead letters', 'kept'],
  ]);
});
