import { describe, expect, it } from '@jest/globals';
import { parseStart } from './start.js';

const NOW = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;

describe('parseStart', () => {
  it.each(['start', 'now'])('takes %s', (text) => {
    expect(parseStart(text, NOW)).toBe(text);
  });

  it('takes a seq', () => {
    expect(parseStart('17', NOW)).toEqual({ seq: 17 });
  });

  it.each([
    ['2026-11-23', new Date(2026, 10, 23)],
    ['2026-11-23T10:00', new Date(2026, 10, 23, 10)],
    ['2026-11-23 10:00:05', new Date(2026, 10, 23, 10, 0, 5)],
    ['2026-11-23 10:00:05.123', new Date(2026, 10, 23, 10, 0, 5, 123)],
  ])('takes %s for local time, as it is printed', (text, date) => {
    expect(parseStart(text, NOW)).toEqual({ time: date.getTime() });
  });

  it.each([
    ['2026-11-23T10:00Z', Date.UTC(2026, 10, 23, 10)],
    ['2026-11-23T10:00:00.500Z', Date.UTC(2026, 10, 23, 10) + 500],
    ['2026-11-23T10:00+01:00', Date.UTC(2026, 10, 23, 9)],
    ['1969-12-31T00:00Z', 0],
  ])('takes the time %s with its zone', (text, time) => {
    expect(parseStart(text, NOW)).toEqual({ time });
  });

  it.each([
    ['90s', 1.5 * MINUTE],
    ['15m', 15 * MINUTE],
    ['1.5h', 90 * MINUTE],
    ['7d', 7 * 24 * 60 * MINUTE],
    ['99999999d', NOW],
  ])('takes %s for so long ago', (text, ago) => {
    expect(parseStart(text, NOW)).toEqual({ time: NOW - ago });
  });

  it.each([
    ...['', 'end', '0', '-3', '1.5', '99999999999999999999', '1h30m', 'h', '5w', 's', 'constructor'],
    ...['2026-02-30', '2026-13-01', '2026-11-23T25:00', '2026-11', '23.11.2026', '2026-11-23Z', '10:00'],
  ])('knows no "%s"', (text) => {
    expect(parseStart(text, NOW)).toBeUndefined();
  });
});
