import { describe, expect, it } from '@jest/globals';
import { PacedWindow } from './paced-window.js';

/** A window over a clock that the test moves. */
const paced = (min: number, max: number) => {
  const clock = { now: 0 };
  const window = new PacedWindow({ min, max, now: () => clock.now });
  /** Everything that the window allows is settled within some time. */
  const settleAll = (ms: number): number => {
    clock.now += ms;
    window.settled(window.size);
    return window.size;
  };
  return { clock, window, settleAll };
};

describe('a paced window', () => {
  it('begins with as many messages as the member has handlers', () => {
    expect(paced(4, 1_000).window.size).toBe(4);
  });

  it('doubles with each window that is settled fast, up to what was asked for', () => {
    const { settleAll } = paced(1, 20);
    expect(Array.from({ length: 6 }, () => settleAll(1))).toEqual([2, 4, 8, 16, 20, 20]);
  });

  it('holds what a slow member settles in half a second', () => {
    const { settleAll } = paced(1, 1_000);
    expect(Array.from({ length: 4 }, () => settleAll(200))).toEqual([2, 4, 8, 16]);
    const { window, clock } = paced(1, 1_000);
    for (let settled = 0; settled < 50; settled++) {
      clock.now += 200;
      window.settled(1);
    }
    expect(window.size).toBe(3);
  });

  it('gets smaller when the member gets slower, but never smaller than the number of its handlers', () => {
    const { settleAll } = paced(10, 1_000);
    for (let rounds = 0; rounds < 4; rounds++) settleAll(1);
    expect(settleAll(800)).toBe(100);
    expect(settleAll(10_000)).toBe(10);
  });

  it('does not take the time without messages for work', () => {
    const { clock, window, settleAll } = paced(1, 1_000);
    for (let rounds = 0; rounds < 4; rounds++) settleAll(1);
    clock.now += 60_000;
    window.begin();
    expect(settleAll(1)).toBe(32);
  });

  it('is fixed when as much is the least as the most', () => {
    const { settleAll } = paced(100, 100);
    expect(settleAll(10_000)).toBe(100);
    expect(settleAll(0)).toBe(100);
  });
});
