import { describe, expect, it } from '@jest/globals';
import type { DeadLetter } from '@typed-queue/contracts';
import { letterFilter } from './dead-letters.js';

const letter = (reason: string): DeadLetter => ({
  position: 1,
  group: 'g',
  epoch: 'e',
  seq: 1,
  code: 'rejected',
  reason,
  time: 1,
  handouts: 1,
  failures: [],
  message: null,
});

describe('the filter by the reason of a kind', () => {
  it.each([
    ['', ''],
    ['timeout', 'timeout'],
    ['timeout after # ms', 'timeout after 25 ms'],
  ])('%j finds the reason %j', (kindReason, reason) => {
    expect(letterFilter({ kindReason })(letter(reason))).toBe(true);
  });

  it.each([
    ['', 'timeout'],
    ['timeout', 'timeout of db'],
    ['timeout', ''],
  ])('%j does not find the reason %j', (kindReason, reason) => {
    expect(letterFilter({ kindReason })(letter(reason))).toBe(false);
  });
});
