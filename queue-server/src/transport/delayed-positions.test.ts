import { beforeEach, describe, expect, it } from '@jest/globals';
import { DelayedPositions } from './delayed-positions.js';

let waitMs: number;
let timers: { readonly run: () => void; readonly ms: number }[];
let applied: [tail: string, next: number][];
let positions: DelayedPositions;

const tail = (name: string) => ({ position: (next: number) => void applied.push([name, next]) });

beforeEach(() => {
  [waitMs, timers, applied] = [0, [], []];
  const rate = {
    get positionWaitMs() {
      return waitMs;
    },
  };
  positions = new DelayedPositions(rate, (ms, run) => {
    timers.push({ run, ms });
    return () => (timers = []);
  });
});

describe('the positions that a client reports', () => {
  it('are applied at once within the rate of its principal', () => {
    positions.report(tail('a'), 1);
    expect(applied).toEqual([['a', 1]]);
    expect(timers).toEqual([]);
  });

  it('wait beyond it, with one timer, and then the newest of each tail is applied', () => {
    const [a, b] = [tail('a'), tail('b')];
    waitMs = 70;
    for (let next = 1; next <= 5; next++) positions.report(a, next);
    positions.report(b, 9);
    expect(applied).toEqual([]);
    expect(timers.map(({ ms }) => ms)).toEqual([70]);
    waitMs = 0;
    timers.shift()?.run();
    expect(applied).toEqual([
      ['a', 5],
      ['b', 9],
    ]);
  });

  it('wait again when others of the principal were first', () => {
    waitMs = 70;
    positions.report(tail('a'), 1);
    waitMs = 20;
    timers.shift()?.run();
    expect(applied).toEqual([]);
    expect(timers.map(({ ms }) => ms)).toEqual([20]);
  });

  it('are forgotten when their tail ends while they wait', () => {
    const [a, b] = [tail('a'), tail('b')];
    waitMs = 70;
    for (const each of [a, b]) positions.report(each, 1);
    positions.forget(a);
    waitMs = 0;
    timers.shift()?.run();
    expect(applied).toEqual([['b', 1]]);
  });

  it('leave no timer when the connection is closed', () => {
    waitMs = 70;
    positions.report(tail('a'), 1);
    positions.close();
    expect(timers).toEqual([]);
  });
});
