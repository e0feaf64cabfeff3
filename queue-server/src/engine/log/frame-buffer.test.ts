import { expect, it } from '@jest/globals';
import type { Frame } from '@typed-queue/contracts/wire';
import fc from 'fast-check';
import { frameOf } from '../journal/journal.fixture.js';
import { FrameBuffer } from './frame-buffer.js';

it('keeps the newest frames up to its bytes, and reads them from any seq on', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }), { maxLength: 20 }),
      fc.nat(3000),
      fc.nat(1000),
      (groups, maxBytes, wanted) => {
        const cache = new FrameBuffer(maxBytes);
        let seq = 1;
        const all = groups.map((counts) =>
          counts.map((count) => {
            const frame = frameOf(Array.from({ length: count }, () => 'text'));
            frame.stamp({ firstSeq: seq, time: 0, durableOffset: 0 });
            seq += count;
            return frame;
          }),
        );
        for (const group of all) cache.add(group);
        const frames = all.flat();
        let bytes = 0;
        const kept = frames.filter((_, index) => {
          bytes = frames.slice(index).reduce((sum, frame) => sum + frame.bytes.byteLength, 0);
          return bytes <= maxBytes;
        });
        for (let from = 0; from <= seq; from++) {
          const items = cache
            .read(from, wanted)
            ?.map((item) => (item.kind === 'frame' ? item.frame : undefined));
          const first = kept.findIndex((frame) => frame.firstSeq <= from && from <= frame.lastSeq);
          if (first < 0) {
            expect(items).toBeUndefined();
            continue;
          }
          expect(items).toEqual(kept.slice(first, first + (items?.length ?? 0)));
          const size = (items ?? []).reduce((sum, frame) => sum + (frame?.bytes.byteLength ?? 0), 0);
          const following = kept[first + (items?.length ?? 0)]?.bytes.byteLength ?? Infinity;
          expect(items?.length === 1 || size <= wanted).toBe(true);
          expect(size + following).toBeGreaterThan(wanted);
        }
      },
    ),
    { numRuns: 60 },
  );
});

it('drops the frames that hold only messages before a seq', () => {
  const framesFrom = (firstSeq: number, counts: readonly number[]): Frame[] => {
    let seq = firstSeq;
    return counts.map((count) => {
      const frame = frameOf(Array.from({ length: count }, () => 'text'));
      frame.stamp({ firstSeq: seq, time: 0, durableOffset: 0 });
      seq += count;
      return frame;
    });
  };
  const cache = new FrameBuffer(Infinity);
  const firstSeqs = (from: number): number[] | undefined =>
    cache.read(from, Infinity)?.map((item) => (item.kind === 'frame' ? item.frame.firstSeq : 0));
  cache.add(framesFrom(1, [2, 2, 2, 2]));
  cache.dropBefore(4);
  expect(firstSeqs(2)).toBeUndefined();
  expect(firstSeqs(3)).toEqual([3, 5, 7]);
  cache.dropBefore(99);
  expect(firstSeqs(8)).toBeUndefined();
  cache.add(framesFrom(9, [1, 1]));
  expect(firstSeqs(9)).toEqual([9, 10]);
});
