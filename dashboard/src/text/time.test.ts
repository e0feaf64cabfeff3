import { expect, it } from '@jest/globals';
import { durationText } from './time.js';

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
