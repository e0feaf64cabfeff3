import type { Range } from './position.js';

/** The same seqs in as few ranges as possible, ascending. */
export const mergeRanges = (ranges: readonly Range[]): Range[] => {
  const merged: Range[] = [];
  for (const [from, to] of [...ranges].sort(([one], [other]) => one - other)) {
    const last = merged.at(-1);
    if (last === undefined || last[1] + 1 < from) merged.push([from, to]);
    else merged[merged.length - 1] = [last[0], Math.max(last[1], to)];
  }
  return merged;
};

/** Single seqs, in any order, as ranges. */
export const rangesOf = (seqs: Iterable<number>): Range[] =>
  mergeRanges(Array.from(seqs, (seq): Range => [seq, seq]));

export const rangesInclude = (ranges: readonly Range[], seq: number): boolean =>
  ranges.some(([from, to]) => from <= seq && seq <= to);

/** How many seqs; of ranges that do not overlap. */
export const countSeqs = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);

/** What of ranges is within one, in their order. */
export const clipRanges = (ranges: readonly Range[], [from, to]: Range): Range[] =>
  ranges
    .map(([first, last]): Range => [Math.max(first, from), Math.min(last, to)])
    .filter(([first, last]) => first <= last);

/** The seqs that both have. */
export const intersectRanges = (some: readonly Range[], others: readonly Range[]): Range[] =>
  mergeRanges(some.flatMap((range) => clipRanges(others, range)));

/** The seqs without those of others. */
export const subtractRanges = (ranges: readonly Range[], others: readonly Range[]): Range[] =>
  mergeRanges(others).reduce<Range[]>(
    (left, [from, to]) =>
      left.flatMap(([first, last]) => [
        ...clipRanges([[first, last]], [first, from - 1]),
        ...clipRanges([[first, last]], [to + 1, last]),
      ]),
    [...ranges],
  );
