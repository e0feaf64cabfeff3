import { beforeEach, describe, expect, it } from '@jest/globals';
import { ControlRate } from './control-rate.js';

let now: number;
let rate: ControlRate;

beforeEach(() => {
  now = 0;
  rate = new ControlRate(() => now);
});

const times = (count: number, take: () => boolean): boolean =>
  Array.from({ length: count }, take).every(Boolean);

describe('the control requests of a principal', () => {
  it('are within its rate, or less than 5 s ahead of it', () => {
    expect(times(9_999, () => rate.takeControl(50))).toBe(true);
    expect(rate.takeControl(50)).toBe(false);
    now += 1_000;
    expect(times(999, () => rate.takeControl(50))).toBe(true);
  });

  it('count for several when they are large', () => {
    expect(rate.takeControl(8 * 1024 * 1024)).toBe(true);
    expect(rate.takeControl(8 * 1024 * 1024)).toBe(false);
  });
});

describe('the positions of a principal', () => {
  it('wait for nothing within its rate', () => {
    expect(times(5_000, () => rate.takePosition(50))).toBe(true);
    expect(rate.positionWaitMs).toBe(0);
  });

  it('wait beyond it until it is no longer ahead of its rate', () => {
    times(5_500, () => rate.takePosition(50));
    expect(rate.positionWaitMs).toBe(500);
    now += 500;
    expect(rate.positionWaitMs).toBe(0);
  });

  it('do not count as control requests until they are a minute ahead', () => {
    expect(times(64_999 + 9_999, () => rate.takePosition(50))).toBe(true);
    expect(rate.takePosition(50)).toBe(false);
  });
});
