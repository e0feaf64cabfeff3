import { expect, it } from '@jest/globals';
import { isNoticedEnd } from './noticed-end.js';

it.each([
  ['transport close', true],
  ['client namespace disconnect', true],
  ['ping timeout', false],
  ['forced close', false],
])('whether a client knows of the end of its connection, "%s": %s', (reason, isNoticed) => {
  expect(isNoticedEnd(reason)).toBe(isNoticed);
});
