import { expect, it } from '@jest/globals';
import type { Range } from '@typed-queue/contracts';
import fc from 'fast-check';
import {
  intersectRanges,
  countSeqs,
  mergeRanges,
  rangesInclude,
  SeqRanges,
  subtractRanges,
} from './ranges.js';

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

const someRanges = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat(6)), { maxLength: 6 })
  .map((pairs) => pairs.map(([from, length]): Range => [from, from + length]));

it('knows what ranges have in common, and what they are without others', () => {
  fc.assert(
    fc.property(someRanges, someRanges, (some, others) => {
      const seqs = [...new Set(seqsOf(some))].sort((a, b) => a - b);
      const other = new Set(seqsOf(others));
      expect(seqsOf(intersectRanges(some, others))).toEqual(seqs.filter((seq) => other.has(seq)));
      expect(seqsOf(mergeRanges(subtractRanges(some, others)))).toEqual(
        seqs.filter((seq) => !other.has(seq)),
      );
      expect(countSeqs(mergeRanges(some))).toBe(seqs.length);
      expect(seqs.every((seq) => rangesInclude(some, seq))).toBe(true);
      expect(rangesInclude(some, 99)).toBe(false);
    }),
  );
});
