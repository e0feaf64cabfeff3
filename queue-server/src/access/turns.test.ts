import { expect, it } from '@jest/globals';
import { Turns } from './turns.js';

const playing = () => {
  const next: (() => void)[] = [];
  const turns = new Turns((run) => next.push(run));
  const ran: number[] = [];
  return { ran, add: (n: number) => turns.add(() => ran.push(n)), turn: () => next.shift()?.() };
};

it('of many tasks four run in a turn of the event loop, in order', () => {
  const { ran, add, turn } = playing();
  for (let n = 1; n <= 6; n++) add(n);
  expect(ran).toEqual([]);
  turn();
  expect(ran).toEqual([1, 2, 3, 4]);
  turn();
  expect(ran).toEqual([1, 2, 3, 4, 5, 6]);
});

it('a task that comes after all others ran has a turn of its own', () => {
  const { ran, add, turn } = playing();
  add(1);
  turn();
  add(2);
  expect(ran).toEqual([1]);
  turn();
  expect(ran).toEqual([1, 2]);
});

it('a task that is added by another runs in a later turn', () => {
  const next: (() => void)[] = [];
  const turns = new Turns((run) => next.push(run));
  const ran: string[] = [];
  turns.add(() => {
    ran.push('first');
    turns.add(() => ran.push('second'));
  });
  next.shift()?.();
  expect(ran).toEqual(['first']);
  next.shift()?.();
  expect(ran).toEqual(['first', 'second']);
});
