import { describe, expect, it } from '@jest/globals';
import { ManualRuntime } from '../runtime.fixture.js';
import { TurnBudget } from './turn-budget.js';

const open = () => {
  const runtime = new ManualRuntime();
  const calls: string[] = [];
  let reads = 0;
  const budget = new TurnBudget({
    runtime: {
      defer: runtime.defer,
      now: () => {
        reads++;
        return runtime.now();
      },
    },
    onBegin: () => calls.push('begin'),
    onNext: () => calls.push('next'),
  });
  return { runtime, budget, calls, reads: () => reads };
};

describe('a turn of handlers', () => {
  it('ends when handlers had 15 ms, and they continue in the next one', () => {
    const { runtime, budget, calls } = open();
    const overs = [0, 8, 6, 1, 0].map((ms) => {
      runtime.pass(ms);
      return budget.spent;
    });
    expect(overs).toEqual([false, false, false, true, true]);
    expect(calls).toEqual(['begin']);
    runtime.endTurn();
    // Asking begins the next turn.
    expect(budget.spent).toBe(false);
    expect(calls).toEqual(['begin', 'next', 'begin']);
  });

  it('whose budget was not spent schedules nothing', () => {
    const { runtime, budget, calls } = open();
    expect(budget.spent).toBe(false);
    runtime.endTurn();
    expect(calls).toEqual(['begin']);
    expect(runtime.deferred).toBe(0);
  });

  it('reads the clock seldom while handlers are quick, and before each one when they are not', () => {
    const { runtime, budget, reads } = open();
    for (let handler = 0; handler < 1_000; handler++) expect(budget.spent).toBe(false);
    expect(reads()).toBeLessThan(1_000 / 15);
    runtime.endTurn();
    const before = reads();
    for (let handler = 0; handler < 5; handler++) {
      runtime.pass(2);
      expect(budget.spent).toBe(false);
    }
    expect(reads() - before).toBe(5);
  });
});
