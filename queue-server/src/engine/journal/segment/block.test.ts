import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BLOCK_SIZE, decodeBlock, encodeBlock } from './block.js';

const seq = fc.maxSafeNat();

describe('a block', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(
        fc.tuple(seq, seq, seq, seq),
        fc.string({ maxLength: 15, unit: 'grapheme-ascii' }),
        (numbers, epoch) => {
          const bytes = encodeBlock('MARK', { epoch, numbers });
          expect(bytes).toHaveLength(BLOCK_SIZE);
          expect(decodeBlock('MARK', bytes)).toEqual({ kind: 'block', block: { epoch, numbers } });
          expect(decodeBlock('SEGH', bytes).kind).toBe('bad');
        },
      ),
    );
  });

  it('is bad when any bit is flipped or any byte is missing', () => {
    const bytes = encodeBlock('SEGT', { epoch: 'epoch', numbers: [1, 2, 3, 4] });
    for (let at = 0; at < bytes.byteLength; at++) {
      expect(decodeBlock('SEGT', bytes.subarray(0, at)).kind).toBe('bad');
      for (let bit = 0; bit < 8; bit++) {
        const copy = Uint8Array.from(bytes);
        copy[at] = (copy[at] ?? 0) ^ (1 << bit);
        expect(decodeBlock('SEGT', copy).kind).toBe('bad');
      }
    }
  });

  it('has no room for a long epoch', () => {
    expect(() => encodeBlock('MARK', { epoch: 'e'.repeat(48), numbers: [0, 0, 0, 0] })).toThrow(RangeError);
  });
});
