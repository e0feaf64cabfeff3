import { describe, expect, it } from '@jest/globals';
import { SettledIds } from './settled-ids.js';

const QUEUE = 'orders';
const DAY = 24 * 60 * 60 * 1_000;
const START = 1_700_000_000_000;

const sent = (dueAt: number) => ({ dueAt, isCancelled: false });

const named = (number: number, queue = QUEUE) => ({ queue, id: `id ${number}` });

const filled = (count: number, max?: number): SettledIds => {
  const ids = new SettledIds(max);
  for (let number = 0; number < count; number++) ids.add(named(number), sent(number), START + 1_000 * number);
  return ids;
};

const known = (ids: SettledIds, count: number, now: number): readonly number[] =>
  Array.from({ length: count }, (_, number) => number).filter(
    (number) => ids.get(named(number), now)?.dueAt === number,
  );

const range = (from: number, before: number): readonly number[] =>
  Array.from({ length: before - from }, (_, index) => from + index);

describe('the ids of settled messages', () => {
  it('are known with the time at which each was due, of a queue', () => {
    const ids = new SettledIds();
    ids.add(named(1), sent(17), START);
    expect(ids.get(named(1), START)?.dueAt).toBe(17);
    expect(ids.get(named(2), START)?.dueAt).toBeUndefined();
    expect(ids.get(named(1, 'invoices'), START)?.dueAt).toBeUndefined();
  });

  it('say whether the message was cancelled, also when they were written and read', () => {
    const ids = new SettledIds();
    ids.add(named(1), sent(17), START);
    ids.add(named(2), { dueAt: 18, isCancelled: true }, START);
    const read = new SettledIds();
    for (const text of ids.texts()) read.restore(text);
    expect([1, 2].map((number) => read.get(named(number), START)?.isCancelled)).toEqual([false, true]);
  });

  it('are known for a day, and then not any more', () => {
    const ids = filled(3);
    expect(known(ids, 3, START + DAY - 1)).toEqual([0, 1, 2]);
    expect(known(ids, 3, START + DAY + 1_000)).toEqual([2]);
    expect(ids.expire(START + DAY + 2_000)).toBe(true);
    expect([ids.size, ids.expire(START + 9 * DAY)]).toEqual([0, false]);
  });

  it('beyond their limit replace the oldest ones', () => {
    const ids = filled(5_000, 3_000);
    expect(known(ids, 5_000, START)).toEqual(range(2_000, 5_000));
  });

  it('count once, however often they are added', () => {
    const ids = filled(3);
    ids.add(named(1), sent(99), START);
    expect([ids.size, ids.get(named(1), START)?.dueAt]).toEqual([3, 1]);
  });

  it('are the same when they were written and read, in pieces of less than 100 kB', () => {
    const texts = filled(5_000).texts();
    const ids = new SettledIds();
    for (const text of [...texts, ...texts]) ids.restore(text);
    expect(known(ids, 5_000, START)).toEqual(range(0, 5_000));
    expect(texts.every(({ length }) => length < 100_000)).toBe(true);
  });

  it('that wait again are known no more, and others are', () => {
    const ids = filled(5);
    ids.remove(named(2));
    ids.remove(named(9));
    const read = new SettledIds();
    for (const text of ids.texts()) read.restore(text);
    for (const each of [ids, read]) expect(known(each, 5, START)).toEqual([0, 1, 3, 4]);
    ids.add(named(2), sent(7), START + 5_000);
    expect(ids.get(named(2), START)?.dueAt).toBe(7);
    expect(known(ids, 5, START + DAY + 2_000)).toEqual([3, 4]);
  });

  it('that were removed leave their room, as the oldest and in the middle', () => {
    const ids = filled(3_000, 3_000);
    for (const number of [0, 1_500, 2_999]) ids.remove(named(number));
    for (const number of range(3_000, 6_000)) ids.add(named(number), sent(number), START + 1_000 * number);
    expect(known(ids, 6_000, START)).toEqual(range(3_000, 6_000));
  });

  it('that are read after newer ones are forgotten before them', () => {
    const ids = new SettledIds(3_000);
    for (const number of range(2_000, 3_000)) ids.add(named(number), sent(number), START + 1_000 * number);
    for (const text of filled(2_000).texts()) ids.restore(text);
    for (const number of range(3_000, 4_000)) ids.add(named(number), sent(number), START + 1_000 * number);
    expect(known(ids, 4_000, START)).toEqual(range(1_000, 4_000));
    expect(known(ids, 4_000, START + DAY + 2_500_000)).toEqual(range(2_501, 4_000));
  });
});
