import type { Range } from '@typed-queue/contracts';

/** As few ranges as there can be, of ascending messages. */
export const rangesOf = (seqs: readonly number[]): Range[] => {
  const ranges: Range[] = [];
  for (const seq of seqs) {
    const last = ranges.at(-1);
    if (last?.[1] === seq - 1) ranges[ranges.length - 1] = [last[0], seq];
    else ranges.push([seq, seq]);
  }
  return ranges;
};

/** What is left of a range without ascending ones in it. */
export const withoutRanges = ([from, to]: Range, taken: readonly Range[]): Range[] => {
  const starts = [from, ...taken.map(([, end]) => end + 1)];
  const ends = [...taken.map(([start]) => start - 1), to];
  return starts
    .map((start, index): Range => [start, ends[index] ?? to])
    .filter(([start, end]) => start <= end);
};
