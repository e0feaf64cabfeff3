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
  return runtime.fire();
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

  it('schedules one try at a time, with a longer delay after each failure', () => {
    const runtime = new ManualRuntime();
    const backOff = new BackOff(runtime);
    const tries: string[] = [];
    backOff.retry(() => tries.push('replaced'));
    backOff.retry(() => tries.push('second'));
    expect(runtime.timers.size).toBe(1);
    expect(runtime.fire()).toBe(200);
    expect(tries).toEqual(['second']);
    backOff.retry(() => tries.push('never'));
    backOff.cancel();
    expect(runtime.timers.size).toBe(0);
    backOff.reset();
    backOff.retry(() => tries.push('third'));
    expect(runtime.fire()).toBe(100);
    expect(tries).toEqual(['second', 'third']);
  });
});
