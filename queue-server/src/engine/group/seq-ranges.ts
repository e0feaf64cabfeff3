import type { Range } from '@typed-queue/contracts';

/** Ascending seqs as ranges. */
export const rangesOf = (seqs: readonly number[]): Range[] => {
  const ranges: Range[] = [];
  for (const seq of seqs) {
    const last = ranges.at(-1);
    if (last?.[1] === seq - 1) ranges[ranges.length - 1] = [last[0], seq];
    else ranges.push([seq, seq]);
  }
  return ranges;
};

/** A range without ascending ones in it. */
export const withoutRanges = ([from, to]: Range, removed: readonly Range[]): Range[] => {
  const starts = [from, ...removed.map(([, end]) => end + 1)];
  const ends = [...removed.map(([start]) => start - 1), to];
  return starts
    .map((start, index): Range => [start, ends[index] ?? to])
    .filter(([start, end]) => start <= end);
};
