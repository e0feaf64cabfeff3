import { expect, it } from '@jest/globals';
import { rangesOf } from '@typed-queue/contracts/wire';
import fc from 'fast-check';
import { SeqRanges } from './seq-ranges.js';

it('keeps seqs in consecutive ranges: sorted, as few as possible, none lost or added', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 40 })), (seqs) => {
      const kept = new SeqRanges();
      for (const seq of seqs) kept.add(seq);
      expect(kept.ranges).toEqual(rangesOf(seqs));
    }),
  );
});
