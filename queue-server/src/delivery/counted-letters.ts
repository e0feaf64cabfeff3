import type { DeadLetter, RefusedLetter } from '@typed-queue/contracts';
import { MAX_COUNTED_GROUPS, type GroupLetters } from '@typed-queue/contracts/wire';

/** How many letters took room of their groups, with those of a page. */
export const countedAfter = (
  before: ReadonlyMap<string, number>,
  letters: readonly DeadLetter[],
  refused: readonly RefusedLetter[],
): GroupLetters => {
  const counted = new Map(before);
  const isRefused = new Set(refused.map(({ position }) => position));
  for (const { group, position } of letters)
    if (!isRefused.has(position)) counted.set(group, (counted.get(group) ?? 0) + 1);
  // The letters of further groups are counted a page at a time.
  return [...counted].slice(0, MAX_COUNTED_GROUPS);
};
