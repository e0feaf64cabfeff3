import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Range } from './position.js';
import {
  clipRanges,
  countSeqs,
  rangesInclude,
  intersectRanges,
  mergeRanges,
  rangesOf,
  subtractRanges,
} from './ranges.js';

const seqsOf = (ranges: readonly Range[]): number[] =>
  ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
const sorted = (seqs: Iterable<number>): number[] => [...new Set(seqs)].sort((one, other) => one - other);

const someRanges = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat(6)), { maxLength: 6 })
  .map((pairs) => pairs.map(([from, length]): Range => [from, from + length]));

describe('mergeRanges', () => {
  it('joins ranges that overlap or touch', () => {
    expect(mergeRanges([[7, 9], [1, 5], [2, 3], [6, 6], [11, 12]])).toEqual([[1, 9], [11, 12]]); // prettier-ignore
  });

  it('of none is none', () => {
    expect(mergeRanges([])).toEqual([]);
  });
});

it('rangesOf: sorted, as few as possible, no seq lost or added', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (seqs) => {
      const ranges = rangesOf(seqs);
      expect(seqsOf(ranges)).toEqual(sorted(seqs));
      ranges.slice(1).forEach(([from], index) => expect(from).toBeGreaterThan((ranges[index]?.[1] ?? 0) + 1));
    }),
  );
});

it('clipRanges keeps the order of the ranges', () => {
  expect(clipRanges([[8, 9], [1, 5], [2, 3]], [3, 8])).toEqual([[8, 8], [3, 5], [3, 3]]); // prettier-ignore
});

describe('two sets of ranges', () => {
  const check = (holds: (some: readonly Range[], others: readonly Range[]) => void): void =>
    fc.assert(fc.property(someRanges, someRanges, holds));

  it('intersect in the seqs that both have', () => {
    check((some, others) => {
      const other = new Set(seqsOf(others));
      const both = sorted(seqsOf(some)).filter((seq) => other.has(seq));
      expect(seqsOf(intersectRanges(some, others))).toEqual(both);
    });
  });

  it('subtract to the seqs that the second lacks', () => {
    check((some, others) => {
      const other = new Set(seqsOf(others));
      const rest = sorted(seqsOf(some)).filter((seq) => !other.has(seq));
      expect(sorted(seqsOf(subtractRanges(some, others)))).toEqual(rest);
    });
  });
});

it('countSeqs and rangesInclude see each seq once, and no other', () => {
  fc.assert(
    fc.property(someRanges, (some) => {
      const seqs = sorted(seqsOf(some));
      expect(countSeqs(mergeRanges(some))).toBe(seqs.length);
      expect(seqs.every((seq) => rangesInclude(some, seq))).toBe(true);
      expect(rangesInclude(some, 99)).toBe(false);
    }),
  );
});
