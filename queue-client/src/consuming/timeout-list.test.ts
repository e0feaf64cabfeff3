import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualRuntime } from '../runtime.fixture.js';
import { TimeoutList, type TimeoutEntry } from './timeout-list.js';

const LIMIT_MS = 10;

const open = () => {
  const runtime = new ManualRuntime();
  const reported: number[] = [];
  const timeouts = new TimeoutList<number>({
    limitMs: LIMIT_MS,
    runtime,
    onTimeout: (item) => reported.push(item),
  });
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed++) {
      runtime.pass(1);
      runtime.round();
    }
  };
  return { runtime, reported, timeouts, pass };
};

describe('TimeoutList', () => {
  it('reports each item that reaches the limit once, and no other', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(20)), { maxLength: 30 }), (items) => {
        const { reported, timeouts, pass } = open();
        const present: { readonly entry: TimeoutEntry<number>; readonly until: number }[] = [];
        const expected: number[] = [];
        let now = 0;
        const passTo = (time: number): void => {
          while (now < time) {
            for (const { entry } of present.filter(({ until }) => until === now)) timeouts.delete(entry);
            pass(1);
            now++;
          }
        };
        for (const [index, [wait, stays]] of items.entries()) {
          passTo(now + wait);
          present.push({ entry: timeouts.add(index), until: now + stays });
          if (stays >= LIMIT_MS) expected.push(index);
        }
        passTo(now + 50);
        expect(reported).toEqual(expected);
      }),
    );
  });

  it('has one timer, and none when it is stopped', () => {
    const { runtime, timeouts, pass } = open();
    const first = timeouts.add(1);
    pass(5);
    timeouts.add(2);
    timeouts.delete(first);
    timeouts.delete(first);
    expect(runtime.timers.size).toBe(1);
    pass(5);
    expect([...runtime.timers.values()]).toEqual([5]);
    timeouts.stop();
    expect(runtime.timers.size).toBe(0);
  });
});
