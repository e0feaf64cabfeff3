import { describe, expect, it } from '@jest/globals';
import type { Frame } from '@typed-queue/contracts/wire';
import { frameOf, stored } from '../../frames.fixture.js';
import { appendEach, openForTest, readBack, textsOf } from '../journal.fixture.js';
import { LossyFileSystem } from '../lossy-file-system.fixture.js';
import { RecentReads } from './recent-reads.js';

const segment = { firstSeq: 1, path: 'one' };
const other = { firstSeq: 100, path: 'other' };

/** As many frames of two messages from a seq on. */
const framesFrom = (seq: number, count: number): Frame[] =>
  Array.from({ length: count }, (_, index) => stored(frameOf([1, 2]), seq + 2 * index));
const bytesOf = (frames: readonly Frame[]): number =>
  frames.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);

describe('recent reads', () => {
  const frames = framesFrom(1, 3);
  const [first, second, third] = frames;

  it('have the frames of a segment from one with a seq on, as many as are asked for but at least one', () => {
    const recent = new RecentReads(bytesOf(frames));
    recent.add(segment, frames);
    const read = (seq: number, maxBytes: number): unknown =>
      recent.read(segment, seq, maxBytes)?.map((item) => item.kind === 'frame' && item.frame);
    expect(read(1, Infinity)).toEqual([first, second, third]);
    expect(read(4, 0)).toEqual([second]);
    expect(read(7, Infinity)).toBe(undefined);
    expect(recent.read(other, 1, Infinity)).toBe(undefined);
  });

  it('forget those that were used longest ago, to stay within their bytes', () => {
    const recent = new RecentReads(2 * bytesOf(frames));
    recent.add(segment, frames);
    recent.add(segment, framesFrom(50, 3));
    recent.read(segment, 1, 0);
    recent.add(other, framesFrom(100, 3));
    expect(recent.read(segment, 50, 0)).toBe(undefined);
    expect(recent.read(segment, 1, 0)).toHaveLength(1);
    expect(recent.read(other, 100, 0)).toHaveLength(1);
  });

  it('keep nothing that is larger than their bytes', () => {
    const recent = new RecentReads(bytesOf(frames) - 1);
    recent.add(segment, frames);
    expect(recent.read(segment, 1, 0)).toBe(undefined);
  });

  it('keep less after eight runs of one reader, until a second one comes', () => {
    const recent = new RecentReads(100 * bytesOf(frames), bytesOf(frames));
    const read = (run: number) => recent.read(segment, 1 + 6 * run, Infinity);
    const readNew = (run: number): void => {
      recent.add(segment, framesFrom(1 + 6 * run, 3));
      read(run);
    };
    for (let run = 0; run < 8; run++) readNew(run);
    expect(read(0)).toHaveLength(3);
    for (let run = 8; run < 17; run++) readNew(run);
    expect(read(15)).toBe(undefined);
    expect(read(16)).toHaveLength(3);
    // From the file again.
    readNew(0);
    readNew(17);
    expect(read(16)).toHaveLength(3);
  });

  it('keep less while the one reader goes on within frames, of which it takes a part at once', () => {
    const recent = new RecentReads(100 * bytesOf(frames), bytesOf(frames));
    for (let run = 0; run < 12; run++) {
      const firstSeq = 1 + 6 * run;
      recent.add(segment, framesFrom(firstSeq, 3));
      // Seqs 2, 4 and 6 of the run are the second messages of their frames.
      for (const seq of [0, 1, 3, 5]) recent.read(segment, firstSeq + seq, Infinity);
    }
    expect(recent.read(segment, 1 + 6 * 10, Infinity)).toBe(undefined);
    expect(recent.read(segment, 1 + 6 * 11, Infinity)).toHaveLength(3);
  });

  it('keep less for a reader of what another one has read to its end', () => {
    const recent = new RecentReads(100 * bytesOf(frames), bytesOf(frames));
    const readNew = (run: number): void => {
      recent.add(segment, framesFrom(1 + 6 * run, 3));
      recent.read(segment, 1 + 6 * run, Infinity);
    };
    for (let run = 0; run < 40; run++) readNew(run);
    for (let run = 0; run < 20; run++) readNew(run);
    expect(recent.read(segment, 1 + 6 * 18, Infinity)).toBe(undefined);
    expect(recent.read(segment, 1 + 6 * 19, Infinity)).toHaveLength(3);
  });

  it('forget a segment', () => {
    const recent = new RecentReads(10 * bytesOf(frames));
    recent.add(segment, frames);
    recent.add(other, framesFrom(100, 3));
    recent.forget(segment);
    expect(recent.read(segment, 1, 0)).toBe(undefined);
    expect(recent.read(other, 100, 0)).toHaveLength(1);
  });
});

const texts = Array.from({ length: 200 }, (_, index) => `${index + 1}`.padEnd(5_000, '.'));

/** A log of 1 MB in several segments. */
const longLog = async (recentReads = new RecentReads(4_000_000)) => {
  const disk = new LossyFileSystem();
  const { journal } = await openForTest(disk, { segmentBytes: 400_000, recentReads });
  await appendEach(
    journal,
    texts.map((text) => [text]),
  );
  return { disk, journal, before: disk.bytesRead };
};

describe('readers that lag', () => {
  it('read a file once, however little they take at once and however many they are', async () => {
    const { disk, journal, before } = await longLog();
    const readers = Array.from({ length: 5 }, (_, index) => readBack(journal, 6_000 * (index + 1)));
    for (const read of await Promise.all(readers)) expect(textsOf(read)).toEqual(texts);
    expect(disk.bytesRead - before).toBeLessThan(1.5 * journal.bytes);
  });

  it('get everything where no read is kept', async () => {
    const { journal } = await longLog(new RecentReads(0));
    const readers = Array.from({ length: 3 }, (_, index) => readBack(journal, 6_000 * (index + 1)));
    for (const read of await Promise.all(readers)) expect(textsOf(read)).toEqual(texts);
  });

  it('get a gap for what was dropped since it was read', async () => {
    const { journal } = await longLog();
    await readBack(journal, 6_000);
    await journal.dropBefore(150);
    const [gap, frame] = await journal.read(1, 1);
    expect(gap).toEqual({ kind: 'gap', gap: { from: 1, to: journal.firstSeq - 1, reason: 'retention' } });
    expect(frame).toMatchObject({ kind: 'frame', frame: { firstSeq: journal.firstSeq } });
    expect(journal.firstSeq).toBeGreaterThan(1);
  });
});
