import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FrameScanner, type ScannedFrame } from './frame-scanner.js';
import { frameOf } from '../journal.fixture.js';

const stamped = (texts: string[], firstSeq: number, durableOffset = 0): Uint8Array => {
  const frame = frameOf(texts);
  frame.stamp({ firstSeq, time: 1, durableOffset });
  return frame.bytes;
};

/** Scans bytes in chunks, as a reader of a file does. */
const scanThrough = (
  bytes: Uint8Array,
  chunk = bytes.byteLength,
  limitSeq = Infinity,
): { found: ScannedFrame[]; scanner: FrameScanner } => {
  const found: ScannedFrame[] = [];
  const scanner = new FrameScanner('file', { seq: 1, offset: 0 }, limitSeq);
  let want = chunk;
  while (scanner.offset < bytes.byteLength && !scanner.stopped) {
    const end = Math.min(bytes.byteLength, scanner.offset + want);
    const needs = scanner.feed(bytes.subarray(scanner.offset, end), end === bytes.byteLength, (one) => {
      found.push(one);
      return 'continue';
    });
    want = Math.max(needs, chunk);
  }
  return { found, scanner };
};

const seqsOf = (found: readonly ScannedFrame[]): number[] => found.map(({ frame }) => frame.firstSeq);

describe('a frame scanner', () => {
  const frames = [
    stamped(['a', 'b'], 1),
    stamped(['TQTQ'], 3),
    stamped(['c'.repeat(5000)], 4),
    stamped(['d'], 5),
  ];
  const bytes = Buffer.concat(frames);

  it('finds every frame, whatever the size of the chunks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6000 }), (chunk) => {
        const { found, scanner } = scanThrough(bytes, chunk);
        expect(seqsOf(found)).toEqual([1, 3, 4, 5]);
        expect(scanner).toMatchObject({ offset: bytes.byteLength, seq: 6, badFrom: undefined });
      }),
    );
  });

  it('skips bad bytes to the next intact frame, whatever the size of the chunks', () => {
    const insert = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6000 }), fc.nat(3), insert, (chunk, broken, rubbish) => {
        const copies = frames.map((frame, index) =>
          index === broken ? Uint8Array.from(frame).fill(7, 90, 100) : frame,
        );
        const damaged = Buffer.concat([...copies.slice(0, broken), rubbish, ...copies.slice(broken)]);
        const { found, scanner } = scanThrough(damaged, chunk);
        expect(seqsOf(found)).toEqual([1, 3, 4, 5].filter((_, index) => index !== broken));
        const badFrom = frames.slice(0, broken).reduce((sum, frame) => sum + frame.byteLength, 0);
        const after = found[broken];
        expect(after ? after.badFrom : scanner.badFrom).toBe(badFrom);
        expect(after ? after.dueSeq : scanner.seq).toBe([1, 3, 4, 5][broken]);
      }),
    );
  });

  it('does not accept frames that cannot belong there', () => {
    const first = stamped(['a'], 1);
    const foreign = [
      stamped(['old'], 1),
      stamped(['much later'], 1000),
      stamped(['from another file'], 2, 1_000_000),
    ];
    for (const other of foreign) {
      const { found, scanner } = scanThrough(Buffer.concat([first, other]));
      expect(seqsOf(found)).toEqual([1]);
      expect(scanner.badFrom).toBe(first.byteLength);
    }
  });

  it('ends before the messages of the next segment', () => {
    const { found, scanner } = scanThrough(bytes, bytes.byteLength, 4);
    expect(seqsOf(found)).toEqual([1, 3]);
    expect(scanner).toMatchObject({ stopped: true, seq: 4 });
  });

  it('ends after the frame at which it is stopped', () => {
    const scanner = new FrameScanner('file', { seq: 1, offset: 0 }, Infinity);
    scanner.feed(bytes, true, () => 'stop');
    expect(scanner).toMatchObject({ stopped: true, offset: frames[0]?.byteLength, seq: 3 });
  });
});
