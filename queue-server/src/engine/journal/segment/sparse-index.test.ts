import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SparseIndex } from './sparse-index.js';

const frames = fc
  .array(
    fc.record({ count: fc.integer({ min: 1, max: 9 }), bytes: fc.integer({ min: 100, max: 200_000 }) }),
    { minLength: 1 },
  )
  .map((sizes) => {
    let seq = 1;
    let offset = 96;
    return sizes.map(({ count, bytes }) => {
      const frame = { seq, offset, end: offset + bytes };
      seq += count;
      offset += bytes;
      return frame;
    });
  });

it('finds a frame at or shortly before the one with a seq', () => {
  fc.assert(
    fc.property(frames, (all) => {
      const index = new SparseIndex();
      for (const { seq, offset } of all) index.add(seq, offset, 0);
      expect(index.find(0)).toBeUndefined();
      all.forEach((frame) => {
        const place = index.find(frame.seq);
        expect(all).toContainEqual(expect.objectContaining(place ?? {}));
        expect(place?.seq).toBeLessThanOrEqual(frame.seq);
        expect(frame.offset - (place?.offset ?? 0)).toBeLessThan(64 * 1024);
      });
      expect(new SparseIndex(index.numbers).numbers).toEqual(index.numbers);
    }),
  );
});

it('has about one entry in 64 KiB', () => {
  const index = new SparseIndex();
  for (let frame = 0; frame < 10_000; frame++) index.add(frame + 1, 96 + frame * 1024, 5);
  expect(index.numbers).toHaveLength(3 * Math.ceil((10_000 * 1024) / (64 * 1024)));
});

it('forgets what was cut off', () => {
  fc.assert(
    fc.property(frames, fc.nat(1_000_000), (all, end) => {
      const index = new SparseIndex();
      const shorter = new SparseIndex();
      for (const { seq, offset } of all) {
        index.add(seq, offset, 0);
        if (offset < end) shorter.add(seq, offset, 0);
      }
      index.cut(end);
      expect(index.numbers).toEqual(shorter.numbers);
    }),
  );
});
