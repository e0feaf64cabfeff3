import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualRuntime } from '../runtime.fixture.js';
import { TimeoutList, type TimeoutEntry } from './timeout-list.js';

const LIMIT_MS = 10;

const open = () => {
  const runtime = new ManualRuntime();
  const told: number[] = [];
  const overdue = new TimeoutList<number>({
    limitMs: LIMIT_MS,
    runtime,
    onTimeout: (item) => told.push(item),
  });
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed++) {
      runtime.pass(1);
      runtime.round();
    }
  };
  return { runtime, told, overdue, pass };
};

describe('TimeoutList', () => {
  it('tells of each item once, when it was there for the limit, and of none that went before', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(20)), { maxLength: 30 }), (items) => {
        const { told, overdue, pass } = open();
        const present: { readonly entry: TimeoutEntry<number>; readonly until: number }[] = [];
        const expected: number[] = [];
        let now = 0;
        const passTo = (time: number): void => {
          while (now < time) {
            for (const { entry } of present.filter(({ until }) => until === now)) overdue.delete(entry);
            pass(1);
            now++;
          }
        };
        for (const [index, [wait, stays]] of items.entries()) {
          passTo(now + wait);
          present.push({ entry: overdue.add(index), until: now + stays });
          if (stays >= LIMIT_MS) expected.push(index);
        }
        passTo(now + 50);
        expect(told).toEqual(expected);
      }),
    );
  });

  it('has one timer, and none when it is stopped', () => {
    const { runtime, overdue, pass } = open();
    const first = overdue.add(1);
    pass(5);
    overdue.add(2);
    overdue.delete(first);
    overdue.delete(first);
    expect(runtime.timers.size).toBe(1);
    pass(5);
    expect([...runtime.timers.values()]).toEqual([5]);
    overdue.stop();
    expect(runtime.timers.size).toBe(0);
  });
});
