import { expect, it } from '@jest/globals';
import { youngCollections } from './young-generation.js';

/** Counts the collections for some bytes, one call after the other. */
const collectionsFor = (all: readonly number[]): number[] => {
  let count = 0;
  const onBytes = youngCollections(() => count++);
  return all.map((bytes) => {
    onBytes(bytes);
    return count;
  });
};

it('the young generation is collected once for 1.25 MB of frames', () => {
  expect(collectionsFor([500_000, 500_000, 500_000, 1_200_000, 50_000, 5_000_000])).toEqual([
    0, 0, 1, 1, 2, 3,
  ]);
});

it('the young generation is not collected while little comes', () => {
  const hundredKilobytes = Array.from({ length: 100 }, () => 1_000);
  expect(collectionsFor(hundredKilobytes).at(-1)).toBe(0);
});
