import type { Range } from '@typed-queue/contracts';

/** The index of the first item from a seq on. */
export const indexOf = <T>(items: readonly T[], seq: number, seqOf: (item: T) => number): number => {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && seqOf(item) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Adds a range to ascending ones. */
export const add = (ranges: Range[], [from, to]: Range): void => {
  const last = ranges.at(-1);
  if (last !== undefined && last[1] + 1 === from) ranges[ranges.length - 1] = [last[0], to];
  else ranges.push([from, to]);
};

/** The first `limit` messages of ascending ranges. */
export const firstOf = (ranges: readonly Range[], limit: number): readonly Range[] => {
  const first: Range[] = [];
  let room = limit;
  for (const [from, to] of ranges) {
    if (room <= 0) break;
    const last = Math.min(to, from + room - 1);
    first.push([from, last]);
    room -= last - from + 1;
  }
  return first;
};

/** The part of ascending ranges before a seq. */
export const before = (ranges: readonly Range[], end: number): readonly Range[] => {
  const last = ranges.at(-1);
  if (last === undefined || last[1] < end) return ranges;
  return ranges.filter(([from]) => from < end).map(([from, to]): Range => [from, Math.min(to, end - 1)]);
};

/** The ranges of both, ascending. */
export const joined = (one: readonly Range[], other: readonly Range[]): readonly Range[] => {
  if (other.length === 0) return one;
  if (one.length === 0) return other;
  return [...one, ...other].sort(([from], [to]) => from - to);
};

/** The first message of ascending ranges that is not in others; Infinity when there is none. */
export const firstOutside = (ranges: readonly Range[], others: readonly Range[]): number => {
  let at = 0;
  for (const [from, to] of ranges) {
    let next = from;
    while (next <= to) {
      while ((others[at]?.[1] ?? Infinity) < next) at++;
      const other = others[at];
      if (other === undefined || other[0] > next) return next;
      next = other[1] + 1;
    }
  }
  return Infinity;
};
