import { describe, expect, it } from '@jest/globals';
import { ManualRuntime } from '../runtime.fixture.js';
import { TurnBudget } from './turn-budget.js';

const open = () => {
  const runtime = new ManualRuntime();
  const told: string[] = [];
  let reads = 0;
  const turn = new TurnBudget({
    runtime: {
      defer: runtime.defer,
      now: () => {
        reads++;
        return runtime.now();
      },
    },
    onBegin: () => told.push('begin'),
    onNext: () => told.push('next'),
  });
  return { runtime, turn, told, reads: () => reads };
};

describe('a turn of handlers', () => {
  it('is over when handlers had 15 ms, and they go on in the next one', () => {
    const { runtime, turn, told } = open();
    const overs = [0, 8, 6, 1, 0].map((ms) => {
      runtime.pass(ms);
      return turn.spent;
    });
    expect(overs).toEqual([false, false, false, true, true]);
    expect(told).toEqual(['begin']);
    runtime.turn();
    expect([told, turn.spent]).toEqual([['begin', 'next', 'begin'], false]);
  });

  it('whose budget was not spent resumes nothing', () => {
    const { runtime, turn, told } = open();
    expect(turn.spent).toBe(false);
    runtime.turn();
    expect(told).toEqual(['begin']);
    expect(runtime.deferred).toBe(0);
  });

  it('reads the clock seldom while handlers are quick, and before each one when they are not', () => {
    const { runtime, turn, reads } = open();
    for (let handler = 0; handler < 1_000; handler++) expect(turn.spent).toBe(false);
    expect(reads()).toBeLessThan(1_000 / 15);
    runtime.turn();
    const before = reads();
    for (let handler = 0; handler < 5; handler++) {
      runtime.pass(2);
      expect(turn.spent).toBe(false);
    }
    expect(reads() - before).toBe(5);
  });
});
