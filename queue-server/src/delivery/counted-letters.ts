import type { DeadLetter, RefusedLetter } from '@typed-queue/contracts';
import type { GroupLetters } from '@typed-queue/contracts/wire';

/** As many as a request may name: those of further groups are counted a page at a time. */
const MAX_GROUPS = 1_000;

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
  return [...counted].slice(0, MAX_GROUPS);
};
