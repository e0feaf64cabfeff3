import { describe, expect, it } from '@jest/globals';
import { WindowSize } from './window-size.js';

/** A window size over a clock that the test moves. */
const open = (min: number, max: number) => {
  const clock = { now: 0 };
  const window = new WindowSize({ min, max, now: () => clock.now });
  /** Everything that the window allows is settled within some time. */
  const settleAll = (ms: number, isAlone = false): number => {
    clock.now += ms;
    window.freed(window.messages, isAlone);
    return window.messages;
  };
  return { clock, window, settleAll };
};

describe('the size of a window', () => {
  it('begins with as many messages as the member has handlers', () => {
    expect(open(4, 1_000).window.messages).toBe(4);
  });

  it('doubles with each window that is settled fast, up to what was asked for', () => {
    const { settleAll } = open(1, 20);
    expect(Array.from({ length: 6 }, () => settleAll(1))).toEqual([2, 4, 8, 16, 20, 20]);
  });

  it('holds what a slow member settles in half a second', () => {
    const { settleAll } = open(1, 1_000);
    expect(Array.from({ length: 4 }, () => settleAll(200))).toEqual([2, 4, 8, 16]);
    const { window, clock } = open(1, 1_000);
    for (let settled = 0; settled < 50; settled++) {
      clock.now += 200;
      window.freed(1, false);
    }
    expect(window.messages).toBe(3);
  });

  it('holds what a member that is alone settles in five seconds, until others join', () => {
    const { settleAll } = open(1, 1_000);
    const alone = Array.from({ length: 12 }, () => settleAll(2_000, true));
    expect(alone.slice(0, 4)).toEqual([2, 4, 8, 16]);
    expect(alone.at(-1)).toBe(1_000);
    expect(settleAll(2_000)).toBe(250);
  });

  it('gets smaller when the member gets slower, but never smaller than the number of its handlers', () => {
    const { settleAll } = open(10, 1_000);
    for (let rounds = 0; rounds < 4; rounds++) settleAll(1);
    expect(settleAll(800)).toBe(100);
    expect(settleAll(10_000)).toBe(10);
  });

  it('does not take the time without messages for work', () => {
    const { clock, window, settleAll } = open(1, 1_000);
    for (let rounds = 0; rounds < 4; rounds++) settleAll(1);
    clock.now += 60_000;
    window.begin();
    expect(settleAll(1)).toBe(32);
  });

  it('is fixed when as much is the least as the most', () => {
    const { settleAll } = open(100, 100);
    expect(settleAll(10_000)).toBe(100);
    expect(settleAll(0)).toBe(100);
  });
});
