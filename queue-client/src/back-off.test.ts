import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BackOff, backOffMs, retryAfterOf } from './back-off.js';
import { ManualRuntime } from './runtime.fixture.js';

const bounds = { firstMs: 100, mostMs: 5_000 };

describe('backOffMs', () => {
  it('doubles up to the bound; chance decides its upper half', () => {
    expect([0, 1, 2, 5, 6, 60].map((failures) => backOffMs(failures, bounds, 1))).toEqual([
      100, 200, 400, 3_200, 5_000, 5_000,
    ]);
    expect([0, 6].map((failures) => backOffMs(failures, bounds, 0))).toEqual([50, 2_500]);
  });

  it('is always within the bounds', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const ms = backOffMs(failures, bounds, random);
        expect(ms >= 50 && ms <= 5_000).toBe(true);
      }),
    );
  });
});

describe('retryAfterOf', () => {
  it.each([
    [{ retryAfterMs: 250 }, 250],
    [{}, 0],
    [{ retryAfterMs: 'soon' }, 0],
    [{ retryAfterMs: -1 }, 0],
    [{ retryAfterMs: NaN }, 0],
    [{ retryAfterMs: 1e12 }, 3_600_000],
  ])('reads %j as %d ms', (details, ms) => {
    expect(retryAfterOf({ details })).toBe(ms);
  });
});

describe('BackOff', () => {
  it.each([
    [0, 1_000],
    [0.5, 1_050],
    [1, 1_100],
  ])('waits as long as it is told, and up to a tenth longer: %d', (random, ms) => {
    const runtime = new ManualRuntime();
    new BackOff({ after: runtime.after, random: () => random }).wait(() => undefined, 1_000);
    expect([...runtime.timers.values()]).toEqual([ms]);
  });

  it('waits once at a time, longer after each try', () => {
    const runtime = new ManualRuntime();
    const backOff = new BackOff(runtime);
    const tries: string[] = [];
    backOff.wait(() => tries.push('called off'));
    backOff.wait(() => tries.push('second'));
    expect([runtime.timers.size, runtime.fire(), tries]).toEqual([1, 200, ['second']]);
    backOff.wait(() => tries.push('never'));
    backOff.cancel();
    expect(runtime.timers.size).toBe(0);
    backOff.succeeded();
    backOff.wait(() => tries.push('third'));
    expect([runtime.fire(), tries]).toEqual([100, ['second', 'third']]);
  });
});
