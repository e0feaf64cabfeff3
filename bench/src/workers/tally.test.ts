import { expect, it } from '@jest/globals';
import { Tally } from './tally.js';

it('counts each number once, and what comes again as duplicates', () => {
  const tally = new Tally();
  for (const n of [0, 2, 2, 1_000_000, 1_000_000, 2]) tally.add(n);
  expect(tally.received).toBe(3);
  expect(tally.duplicates).toBe(3);
});
