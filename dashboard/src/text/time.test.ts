import { expect, it } from '@jest/globals';
import { agoText, durationOf, durationText, localTimeText, momentText, timeStep, untilText } from './time.js';

it.each([
  [-5, '0 s'],
  [0, '0 s'],
  [340, '340 ms'],
  [1_000, '1 s'],
  [2_340, '2.3 s'],
  [59_999, '59 s'],
  [310_000, '5 min 10 s'],
  [3_600_000, '1 h'],
  [183_600_000, '2 d 3 h'],
])('%s ms are shown as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

it.each([
  [9_500, 'now'],
  [11_000, 'now'],
  [4_000, '6 s ago'],
])('%s is shown as %s at 10,000', (time, text) => {
  expect(agoText(time, 10_000)).toBe(text);
});

it.each([
  [9_000, 'now'],
  [10_500, 'now'],
  [70_000, 'in 1 min'],
])('what is due at %s is shown as %s at 10,000', (time, text) => {
  expect(untilText(time, 10_000)).toBe(text);
});

it.each([
  ['90 s', 90_000],
  ['1.5min', 90_000],
  ['10m', 600_000],
  [' 2 h ', 7_200_000],
  ['3 d', 259_200_000],
  ['250 ms', 250],
])('%j is a duration of %s ms', (text, ms) => {
  expect(durationOf(text)).toBe(ms);
});

it.each(['', '5', 'h', '-1 h', '1 year', '1 h 5 min', '1e3 s', 'Infinity s'])('%j is no duration', (text) => {
  expect(durationOf(text)).toBeUndefined();
});

it('a field for a time has the zone of the viewer', () => {
  const time = new Date(2026, 10, 27, 9, 5, 7).getTime();
  expect(localTimeText(time)).toBe('2026-11-27T09:05:07');
  expect(timeStep(localTimeText(time))).toBe(1);
});

it('a field for a time has milliseconds if there are any', () => {
  const time = new Date(2026, 10, 27, 9, 5, 7, 80).getTime();
  expect(localTimeText(time)).toBe('2026-11-27T09:05:07.080');
  expect(timeStep(localTimeText(time))).toBe(0.001);
});

it.each([8.64e15, 253_402_300_800_000 + 86_400_000, Number.MAX_SAFE_INTEGER])(
  'a field for a time cannot show %s, and is empty',
  (time) => {
    expect(localTimeText(time)).toBe('');
  },
);

it('a time beyond all dates is shown as none', () => {
  expect(momentText(Number.MAX_SAFE_INTEGER)).toBe('–');
});
