import { describe, expect, it } from '@jest/globals';
import type { Range } from '@typed-queue/contracts';
import type { LogItem } from '../engine.js';
import { logOf } from '../frames.fixture.js';
import { readSlice, type SliceLimits } from './slice.js';

const ALL: SliceLimits = { maxMessages: 1_000, maxBytes: 1_000_000 };

describe('a slice of a log for several ranges', () => {
  const log = logOf([['a', 'b', 'c'], ['d', 'e', 'f'], 2, ['g', 'h']]);
  /** Reads as a log does: from the item that holds the seq, at least one. */
  const sourceOf = (itemsPerRead: number) => {
    const reads: number[] = [];
    const read = (fromSeq: number): Promise<readonly LogItem[]> => {
      reads.push(fromSeq);
      const at = log.findIndex(
        (item) => (item.kind === 'frame' ? item.frame.lastSeq : item.gap.to) >= fromSeq,
      );
      return Promise.resolve(at < 0 ? [] : log.slice(at, at + itemsPerRead));
    };
    return { reads, read };
  };
  const scattered: Range[] = [
    [5, 5],
    [7, 8],
    [10, 11],
    [13, 14],
  ];

  it('shares a read among ranges that lie within it', async () => {
    const source = sourceOf(10);
    const { ranges, gaps } = await readSlice(source, scattered, ALL);
    expect(ranges).toEqual([
      [5, 5],
      [7, 7],
      [8, 8],
      [10, 10],
      [13, 14],
    ]);
    expect(gaps).toEqual([{ from: 11, to: 12, reason: 'damage' }]);
    expect(source.reads).toEqual([5]);
  });

  it('reads on when a range lies outside', async () => {
    const source = sourceOf(1);
    const { ranges } = await readSlice(
      source,
      [
        [5, 5],
        [8, 8],
        [13, 13],
      ],
      ALL,
    );
    expect(ranges).toEqual([
      [5, 5],
      [8, 8],
      [13, 13],
    ]);
    expect(source.reads).toEqual([5, 8, 13]);
  });

  it('stops at the first message that is over a limit, in whatever range', async () => {
    const { ranges } = await readSlice(sourceOf(10), scattered, { maxMessages: 2, maxBytes: 1_000_000 });
    expect(ranges).toEqual([
      [5, 5],
      [7, 7],
    ]);
    const one = await readSlice(sourceOf(10), scattered, { maxMessages: 9, maxBytes: 1 });
    expect(one.ranges).toEqual([[5, 5]]);
  });
});
