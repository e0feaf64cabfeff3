import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BackOff, jitteredBackOffMs } from './back-off.js';
import { ManualRuntime } from './runtime.fixture.js';

const bounds = { minDelayMs: 100, maxDelayMs: 5_000 };

describe('jitteredBackOffMs', () => {
  it('doubles up to the bound, its upper half is random', () => {
    expect([0, 1, 2, 5, 6, 60].map((failures) => jitteredBackOffMs(failures, bounds, 1))).toEqual([
      100, 200, 400, 3_200, 5_000, 5_000,
    ]);
    expect([0, 6].map((failures) => jitteredBackOffMs(failures, bounds, 0))).toEqual([50, 2_500]);
  });

  it('is always within the bounds', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const ms = jitteredBackOffMs(failures, bounds, random);
        expect(ms >= 50 && ms <= 5_000).toBe(true);
      }),
    );
  });
});

/** The delay after an error with these details, with this random number. */
const retryDelay = (details: Readonly<Record<string, unknown>>, random = 0): number | undefined => {
  const runtime = new ManualRuntime();
  new BackOff({ after: runtime.after, random: () => random }).retry(() => undefined, { details });
  return runtime.fireNextTimer();
};

/** A back-off, and the tries that it began. */
const scheduled = () => {
  const runtime = new ManualRuntime();
  const backOff = new BackOff(runtime);
  const tries: string[] = [];
  const retry = (name: string): void => backOff.retry(() => tries.push(name));
  return { runtime, backOff, tries, retry };
};

describe('BackOff', () => {
  it.each([
    [{ retryAfterMs: 250 }, 250],
    [{}, 50],
    [{ retryAfterMs: 'soon' }, 50],
    [{ retryAfterMs: -1 }, 50],
    [{ retryAfterMs: NaN }, 50],
    [{ retryAfterMs: 1e12 }, 3_600_000],
  ])('retries after an error with %j in %d ms', (details, ms) => {
    expect(retryDelay(details)).toBe(ms);
  });

  it.each([
    [0, 1_000],
    [0.5, 1_050],
    [1, 1_100],
  ])('adds up to a tenth to the delay that the server asks for: %d', (random, ms) => {
    expect(retryDelay({ retryAfterMs: 1_000 }, random)).toBe(ms);
  });

  it('schedules one try at a time: a new one replaces it', () => {
    const { runtime, tries, retry } = scheduled();
    retry('replaced');
    retry('second');
    runtime.fireNextTimer();
    expect(tries).toEqual(['second']);
    expect(runtime.timers.size).toBe(0);
  });

  it('waits longer after each failure, until a success', () => {
    const { runtime, backOff, retry } = scheduled();
    retry('first');
    expect(runtime.fireNextTimer()).toBe(100);
    retry('second');
    expect(runtime.fireNextTimer()).toBe(200);
    backOff.reset();
    retry('third');
    expect(runtime.fireNextTimer()).toBe(100);
  });

  it('cancels the scheduled try', () => {
    const { runtime, backOff, retry } = scheduled();
    retry('never');
    backOff.cancel();
    expect(runtime.timers.size).toBe(0);
  });
});
