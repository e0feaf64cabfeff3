import { expect, it } from '@jest/globals';
import { product } from '../product.js';
import { Receiving } from './receiving.js';

const received = (...numbers: readonly number[][]): Receiving => {
  const receiving = new Receiving(numbers.length, () => 0);
  numbers.forEach((ofGroup, group) => {
    const handle = receiving.handlerOf(group);
    for (const n of ofGroup) handle(product(n));
  });
  return receiving;
};

it('every group must have every message', () => {
  expect(received([0, 1, 2], [0, 2]).verify(3)).toEqual({ lost: 1, duplicates: 0 });
});

it('a message that comes twice to a group is a duplicate', () => {
  expect(received([0, 1, 1], [0, 1]).verify(2)).toEqual({ lost: 0, duplicates: 1 });
});

it('deliveries are counted over all groups, completeness by the slowest', () => {
  const receiving = received([0, 1, 2], [0]);
  expect(receiving.count).toBe(4);
  expect(receiving.complete).toBe(1);
});

it('stops waiting when nothing more comes', async () => {
  let now = 0;
  const receiving = new Receiving(1, () => (now += 10_000));
  await receiving.until(1);
  expect(receiving.verify(1)).toEqual({ lost: 1, duplicates: 0 });
});

it('a count is reached at the moment of its delivery', () => {
  const receiving = received([0, 1]);
  const reached: number[] = [];
  receiving.reach(3, () => reached.push(receiving.count));
  const handle = receiving.handlerOf(0);
  for (const n of [2, 3]) handle(product(n));
  receiving.reach(1, () => reached.push(receiving.count));
  expect(reached).toEqual([3, 4]);
});
