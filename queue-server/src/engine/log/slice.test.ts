import { describe, expect, it } from '@jest/globals';
import type { Range } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import * as fc from 'fast-check';
import type { LogItem } from '../engine.js';
import { FIRST_SEQ, logOf } from '../frames.fixture.js';
import { readSlice, sliceOf, type SliceLimits } from './slice.js';

const ALL: SliceLimits = { maxMessages: 1_000, maxBytes: 1_000_000 };

interface Stored {
  readonly seq: number;
  readonly frame: Frame;
}

const messagesOf = (frames: readonly Frame[]): Stored[] =>
  frames.flatMap((frame) =>
    Array.from({ length: frame.count }, (_, index) => ({ seq: frame.firstSeq + index, frame })),
  );
const framesIn = (items: readonly LogItem[]): Frame[] =>
  items.flatMap((item) => (item.kind === 'frame' ? [item.frame] : []));
const bytesOf = (frames: readonly Frame[]): number =>
  frames.reduce((sum, frame) => sum + frame.bytes.byteLength, 0);
const payloadOf = ({ seq, frame }: Stored): string => frame.payloadText(seq - frame.firstSeq);

const somePlan = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) },
    { weight: 4, arbitrary: fc.array(fc.string({ maxLength: 60 }), { minLength: 1, maxLength: 6 }) },
  ),
  { maxLength: 6 },
);
const someCase = fc.record({
  plan: somePlan,
  from: fc.integer({ min: FIRST_SEQ, max: FIRST_SEQ + 8 }),
  length: fc.integer({ min: 0, max: 25 }),
  limits: fc.record({
    maxMessages: fc.integer({ min: 1, max: 20 }),
    maxBytes: fc.oneof(fc.integer({ min: 1, max: 1_500 }), fc.constant(1_000_000)),
  }),
});

/** A case, and what the range holds in full: only items that end after `from` are read. */
const worldOf = ({
  plan,
  from,
  length,
  limits,
}: typeof someCase extends fc.Arbitrary<infer T> ? T : never) => {
  const range: Range = [from, from + length];
  const items = logOf(plan).filter(
    (item) => (item.kind === 'gap' ? item.gap.to : item.frame.lastSeq) >= from,
  );
  const wanted = messagesOf(framesIn(items)).filter(({ seq }) => seq >= range[0] && seq <= range[1]);
  const slice = sliceOf(items, range, limits);
  return { range, items, limits, wanted, slice, got: messagesOf(slice.frames) };
};

describe('a slice of a log', () => {
  it('is the oldest messages of the range, each as it was stored', () => {
    fc.assert(
      fc.property(someCase, (input) => {
        const { wanted, slice, got } = worldOf(input);
        const oldest = wanted.slice(0, got.length);
        expect(got.map(({ seq }) => seq)).toEqual(oldest.map(({ seq }) => seq));
        expect(got.map(payloadOf)).toEqual(oldest.map(payloadOf));
        expect(slice.ranges).toEqual(slice.frames.map((frame) => [frame.firstSeq, frame.lastSeq]));
      }),
    );
  });

  it('stays within the limits, but for one message that is larger by itself', () => {
    fc.assert(
      fc.property(someCase, (input) => {
        const { limits, wanted, slice, got } = worldOf(input);
        expect(got.length).toBeLessThanOrEqual(limits.maxMessages);
        if (got.length > 1) expect(bytesOf(slice.frames)).toBeLessThanOrEqual(limits.maxBytes);
        expect(got.length > 0).toBe(wanted.length > 0);
      }),
    );
  });

  it('ends early only where the next message would not fit', () => {
    fc.assert(
      fc.property(someCase, (input) => {
        const { limits, wanted, slice, got } = worldOf(input);
        const next = wanted[got.length];
        if (next === undefined || got.length === limits.maxMessages) return;
        const { frame, seq } = next;
        const begun = wanted[got.length - 1]?.frame === frame;
        const more = frame.size(seq - frame.firstSeq) + (begun ? 0 : frame.header.headerLength);
        expect(bytesOf(slice.frames) + more + 1).toBeGreaterThan(limits.maxBytes);
      }),
    );
  });

  it('has whole frames as the objects that were read', () => {
    fc.assert(
      fc.property(someCase, (input) => {
        const { items, slice } = worldOf(input);
        const sources = framesIn(items);
        for (const frame of slice.frames) {
          const source = sources.find(
            ({ firstSeq, lastSeq }) => firstSeq <= frame.firstSeq && frame.lastSeq <= lastSeq,
          );
          if (source?.count === frame.count) expect(frame).toBe(source);
          expect(frame.header.time).toBe(source?.header.time);
        }
      }),
    );
  });

  it('has every gap up to its end, cut to the range, and no later one', () => {
    fc.assert(
      fc.property(someCase, (input) => {
        const { items, range, wanted, slice, got } = worldOf(input);
        const end = wanted[got.length]?.seq ?? range[1] + 1;
        const passed = items.flatMap((item) =>
          item.kind === 'gap' && item.gap.from < end ? [item.gap] : [],
        );
        expect(slice.gaps).toEqual(
          passed.map(({ from, to, reason }) => ({
            from: Math.max(from, range[0]),
            to: Math.min(to, range[1]),
            reason,
          })),
        );
      }),
    );
  });

  it('does not copy the only message of a frame, even when it is over the limit', () => {
    const [item] = logOf([['x'.repeat(500)]]);
    expect(item?.kind).toBe('frame');
    if (item?.kind !== 'frame') return;
    const { frames } = sliceOf([item], [FIRST_SEQ, FIRST_SEQ], { ...ALL, maxBytes: 10 });
    expect(frames[0]).toBe(item.frame);
  });

  it('is empty when nothing was read', () => {
    expect(sliceOf([], [1, 10], ALL)).toEqual({ frames: [], ranges: [], gaps: [] });
  });
});

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
