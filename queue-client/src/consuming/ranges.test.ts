import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mergeRanges, SeqRanges } from './ranges.js';

const seqsOf = (ranges: readonly (readonly [number, number])[]) =>
  ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));

it('keeps seqs in consecutive ranges: sorted, as few as possible, none lost or added', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 40 })), (seqs) => {
      const kept = new SeqRanges();
      for (const seq of seqs) kept.add(seq);
      const { ranges } = kept;
      expect(seqsOf(ranges)).toEqual([...seqs].sort((a, b) => a - b));
      ranges.slice(1).forEach(([from], index) => expect(from).toBeGreaterThan((ranges[index]?.[1] ?? 0) + 1));
    }),
  );
});

it('merges ranges that overlap or touch', () => {
  expect(mergeRanges([[7, 9], [1, 5], [2, 3], [6, 6], [11, 12]])).toEqual([[1, 9], [11, 12]]); // prettier-ignore
  expect(mergeRanges([])).toEqual([]);
});
