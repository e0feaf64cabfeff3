import { expect, it } from '@jest/globals';
import { KeyTurns } from './key-turns.js';

const turns = () => {
  const begun: string[] = [];
  const all = new KeyTurns();
  const take = (key: string, name: string): void => all.take(key, () => begun.push(name));
  return { all, begun, take };
};

it('hands out one of a key after the other, and other keys meanwhile', () => {
  const { all, begun, take } = turns();
  for (const name of ['a1', 'a2', 'b1', 'a3']) take(name.slice(0, 1), name);
  expect(begun).toEqual(['a1', 'b1']);
  all.next('a');
  all.next('a');
  expect(begun).toEqual(['a1', 'b1', 'a2', 'a3']);
});

it('hands out at once what comes after all of its key are done', () => {
  const { all, begun, take } = turns();
  take('a', 'a1');
  all.next('a');
  take('a', 'a2');
  expect(begun).toEqual(['a1', 'a2']);
});

it('drops the waiting requests of a key when the first of them is to be retried', () => {
  const { all, begun, take } = turns();
  take('a', 'a1');
  take('a', 'a2');
  all.drop('a');
  take('a', 'a1 again');
  all.next('a');
  expect(begun).toEqual(['a1', 'a1 again']);
});
