import { expect, it } from '@jest/globals';
import { isNoticedEnd } from './noticed-end.js';

it.each([
  ['transport close', {}, true],
  ['client namespace disconnect', {}, true],
  ['transport close', { isBroken: false }, true],
  ['transport close', { isBroken: true }, false],
  ['ping timeout', {}, false],
  ['forced close', {}, false],
])('a client knows of the end of its connection ("%s", %j): %s', (reason, stream, isNoticed) => {
  expect(isNoticedEnd(reason, stream)).toBe(isNoticed);
});
