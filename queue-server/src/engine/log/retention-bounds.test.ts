import { describe, expect, it } from '@jest/globals';
import { DAY, HOUR, MINUTE, type Retention } from '@typed-queue/contracts';
import fc from 'fast-check';
import { checkEveryMs, firstKept, isRollDue, segmentBytes, type LogSegment } from './retention.js';

const someSegments = fc
  .array(fc.record({ messages: fc.nat(9), bytes: fc.nat(99), lasts: fc.nat(50) }), { minLength: 1 })
  .map((parts): LogSegment[] => {
    let [firstSeq, begun] = [1, 1_000];
    return parts.map(({ messages, bytes, lasts }) => {
      const segment = { firstSeq, messages, bytes, begun };
      firstSeq += messages;
      begun += lasts;
      return segment;
    });
  });
const bound = (max: number): fc.Arbitrary<number | undefined> => fc.option(fc.nat(max), { nil: undefined });
const someRetention = fc.record({ maxAgeMs: bound(500), maxBytes: bound(500), maxMessages: bound(50) }).map(
  // A bound that is not named is not there at all.
  (bounds): Retention =>
    Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined)),
);

const sum = (segments: readonly LogSegment[], of: 'messages' | 'bytes'): number =>
  segments.reduce((total, segment) => total + segment[of], 0);

describe('what is removed', () => {
  it('is every segment past a bound, and no other; the last one stays', () => {
    fc.assert(
      fc.property(
        someSegments,
        someRetention,
        fc.integer({ min: 1_000, max: 2_000 }),
        (segments, bounds, now) => {
          const first = firstKept(segments, bounds, now);
          const { maxAgeMs = Infinity, maxBytes = Infinity, maxMessages = Infinity } = bounds;
          segments.forEach((segment, index) => {
            const later = segments.slice(index + 1);
            const removed =
              later[0] !== undefined &&
              (now - later[0].begun > maxAgeMs ||
                sum(later, 'bytes') >= maxBytes ||
                sum(later, 'messages') >= maxMessages);
            // A segment is removed when the next one begins at the first seq that is kept, or before it.
            if (segment.messages > 0) expect([index, segment.firstSeq < first]).toEqual([index, removed]);
          });
        },
      ),
    );
  });

  it.each([
    [{ maxMessages: 5 }, 3],
    [{ maxMessages: 6 }, 1],
    [{ maxBytes: 50 }, 3],
    [{ maxBytes: 51 }, 1],
    [{ maxAgeMs: 9 }, 3],
    [{ maxAgeMs: 10 }, 1],
    [{ maxAgeMs: 10, maxMessages: 5 }, 3],
  ])('leaves at least what is to be kept, and everything that is not older (%j)', (bounds, first) => {
    const segments = [
      { firstSeq: 1, messages: 2, bytes: 20, begun: 90 },
      { firstSeq: 3, messages: 4, bytes: 40, begun: 100 },
      { firstSeq: 7, messages: 1, bytes: 10, begun: 105 },
    ];
    expect(firstKept(segments, bounds, 110)).toBe(first);
  });

  it('is nothing of a queue without bounds, and of an empty log', () => {
    const segments = [1, 2, 3].map((firstSeq) => ({ firstSeq, messages: 1, bytes: 1, begun: 0 }));
    expect(firstKept(segments, {}, Number.MAX_SAFE_INTEGER)).toBe(1);
    expect(firstKept([], { maxMessages: 0 }, 1)).toBe(0);
  });

  it('ignores the unknown age of a segment, and uses those of its successors', () => {
    const begun = [0, Infinity, 50, 60];
    const segments = begun.map((time, index) => ({
      firstSeq: index + 1,
      messages: 1,
      bytes: 1,
      begun: time,
    }));
    expect(firstKept(segments, { maxAgeMs: 10 }, 61)).toBe(3);
    expect(firstKept(segments.slice(0, 2), { maxAgeMs: 10 }, 61)).toBe(1);
  });
});

describe('the last segment', () => {
  const last = { firstSeq: 5, messages: 3, bytes: 300, begun: 1_000 };

  it.each([
    [{ maxAgeMs: 800 }, 1_099, false],
    [{ maxAgeMs: 800 }, 1_100, true],
    [{ maxBytes: 2_400 }, 1_000, true],
    [{ maxBytes: 2_401 }, 1_000, false],
    [{ maxMessages: 24 }, 1_000, true],
    [{ maxMessages: 25 }, 1_000, false],
    [{}, 1e12, false],
  ])('ends at an eighth of each bound (%j at %i: %s)', (bounds, now, due) => {
    expect(isRollDue(last, bounds, now)).toBe(due);
  });

  it('stays while it is empty', () => {
    expect(isRollDue({ ...last, messages: 0 }, { maxAgeMs: 1, maxBytes: 1, maxMessages: 0 }, 1e12)).toBe(
      false,
    );
    expect(isRollDue(undefined, { maxAgeMs: 1 }, 1e12)).toBe(false);
  });
});

it('segments have an eighth of the bytes that are kept, within limits', () => {
  expect(segmentBytes({ maxBytes: 80 }, 5, 64)).toBe(10);
  expect(segmentBytes({ maxBytes: 8 }, 5, 64)).toBe(5);
  expect(segmentBytes({ maxBytes: 8_000 }, 5, 64)).toBe(64);
  expect(segmentBytes({}, 5, 64)).toBe(64);
});

it('a log is checked each eighth of the age, at least each minute, at most each second', () => {
  expect([DAY, HOUR, 8 * MINUTE, 4 * MINUTE, 100, 0].map((maxAgeMs) => checkEveryMs({ maxAgeMs }))).toEqual([
    ...[MINUTE, MINUTE, MINUTE, MINUTE / 2, 1_000, 1_000],
  ]);
  expect(checkEveryMs({ maxMessages: 1 })).toBe(MINUTE);
});
