import { describe, expect, it } from '@jest/globals';
import { VirtualClock, type Duration } from './virtual-clock.js';

/** A clock without a server: `rests` counts how often it waited for it. */
const clockOf = () => {
  const calls = { rests: 0 };
  const clock = new VirtualClock(1_000, {
    rest: async () => {
      calls.rests++;
    },
    runTimer: async (run) => run(),
  });
  return { clock, calls };
};

describe('a virtual clock', () => {
  it('does not advance by itself', async () => {
    const { clock } = clockOf();
    expect([clock.now(), clock.wallNow()]).toEqual([1_000, 1_000]);
    await clock.advance(250);
    expect([clock.now(), clock.wallNow()]).toEqual([1_250, 1_250]);
  });

  it.each<[Duration, number]>([
    [5, 5],
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
  ])('moves by %s', async (duration, ms) => {
    const { clock } = clockOf();
    await clock.advance(duration);
    expect(clock.now()).toBe(1_000 + ms);
  });

  // Safe: what the compiler refuses.
  it.each(['soon', '5 s', '-5s', -5, NaN, Infinity, '5w', '', undefined, {}] as Duration[])(
    'refuses %s',
    async (duration) => {
      await expect(clockOf().clock.advance(duration)).rejects.toMatchObject({
        code: 'request_invalid',
        message: expect.stringContaining('is no duration. Give milliseconds'),
      });
    },
  );

  it('refuses a time that no Date can hold', async () => {
    const { clock } = clockOf();
    await expect(clock.advance(Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({
      code: 'request_invalid',
      message: expect.stringContaining('no Date'),
    });
    expect(clock.now()).toBe(1_000);
  });

  it('is advanced by two calls at once for the sum of them', async () => {
    const { clock } = clockOf();
    const ran: number[] = [];
    clock.after(150, () => ran.push(clock.now()));
    await Promise.all([clock.advance(100), clock.advance(100)]);
    expect([clock.now(), ...ran]).toEqual([1_200, 1_150]);
  });

  it('advances after a call that failed', async () => {
    let failures = 1;
    const rest = async (): Promise<void> => {
      if (failures-- > 0) throw new Error('no rest');
    };
    const clock = new VirtualClock(0, { rest, runTimer: async (run) => run() });
    const [failed] = await Promise.allSettled([clock.advance(1), clock.advance(1)]);
    expect(failed.status).toBe('rejected');
    expect(clock.now()).toBe(1);
  });

  it('runs timers in the order of their times, each at its time', async () => {
    const { clock } = clockOf();
    const ran: [string, number][] = [];
    clock.after(300, () => ran.push(['b', clock.now()]));
    clock.after(100, () => {
      ran.push(['a', clock.now()]);
      clock.after(100, () => ran.push(['of a', clock.now()]));
    });
    clock.after(301, () => ran.push(['later', clock.now()]));
    await clock.advance(300);
    expect(ran).toEqual([
      ['a', 1_100],
      ['of a', 1_200],
      ['b', 1_300],
    ]);
  });

  it('runs no timer that was cancelled, or whose server is gone', async () => {
    const { clock } = clockOf();
    let ran = 0;
    const cancel = clock.after(1, () => ran++);
    cancel();
    clock.after(1, () => ran++);
    clock.stopTimers();
    await clock.advance(10);
    expect(ran).toBe(0);
  });

  it('waits for the server before and after', async () => {
    const { clock, calls } = clockOf();
    await clock.advance(10);
    expect(calls.rests).toBe(2);
  });
});
