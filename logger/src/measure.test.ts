import { describe, expect, it } from '@jest/globals';
import { duration, localTime, size } from './measure.js';

describe('size', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1000 B (1.0 kB)'],
    [1234, '1234 B (1.2 kB)'],
    [999_949, '999949 B (999.9 kB)'],
    [999_950, '999950 B (1.0 MB)'],
    [1_000_000, '1000000 B (1.0 MB)'],
    [2_500_000_000, '2500000000 B (2.5 GB)'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991 B (9.0 PB)'],
  ])('shows %d exactly and for reading', (bytes, expected) => {
    expect(size(bytes)).toBe(expected);
  });
});

describe('duration', () => {
  it.each([
    [0, '0 ms'],
    [0.30000000000000004, '0.3 ms'],
    [12.34, '12.3 ms'],
    [61_000, '61000 ms'],
  ])('shows %d to a tenth', (ms, expected) => {
    expect(duration(ms)).toBe(expected);
  });
});

describe('localTime', () => {
  it('shows the clock on the wall', () => {
    expect(localTime(new Date(2026, 10, 23, 19, 10, 5, 7).getTime())).toBe('2026-11-23 19:10:05.007');
    expect(localTime(new Date(2026, 5, 1, 0, 0, 0, 0).getTime())).toBe('2026-06-01 00:00:00.000');
  });
});
