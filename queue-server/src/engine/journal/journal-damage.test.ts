import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { appendEach, DIR, frameOf, openForTest, readBack } from './journal.fixture.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';
import { HEADER_SIZE, segmentName } from './segment/segment-header.js';

const FIRST = join(DIR, segmentName(1));
const MARK = join(DIR, 'durable.mark');
const FRAMES = [['a', 'b'], ['c'], ['d', 'e', 'f'], ['g']];
const SEQS = 7;

/** A log of seven messages in four frames and groups, its process killed or closed. */
const smallLog = async (ending: 'killed' | 'closed'): Promise<LossyFileSystem> => {
  const disk = new LossyFileSystem();
  const { journal } = await openForTest(disk);
  await appendEach(journal, FRAMES);
  if (ending === 'closed') await journal.close();
  return disk.restart(ending === 'closed' ? 'power' : 'kill');
};

/** Where each frame of the small log begins, and where the last one ends. */
const bordersOf = (size: number): number[] => {
  const borders = [HEADER_SIZE];
  for (const texts of FRAMES) borders.push((borders.at(-1) ?? 0) + frameOf(texts).bytes.byteLength);
  expect(borders.at(-1)).toBe(size);
  return borders;
};

const seqsOfFrame = (index: number): number[] => {
  const before = FRAMES.slice(0, index).flat().length;
  return (FRAMES[index] ?? []).map((_, place) => before + place + 1);
};

const all = new Map(FRAMES.flat().map((text, index) => [index + 1, text]));
const without = (missing: readonly number[]): Map<number, string> =>
  new Map([...all].filter(([seq]) => !missing.includes(seq)));
const listed = (ranges: readonly (readonly [number, number])[]): number[] =>
  ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));

const flipped = (bytes: Uint8Array, at: number, mask: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
};

/** Opens what is left, and checks that exactly `missing` is a gap, that seqs go on, and that a restart finds the same. */
const expectMissing = async (disk: LossyFileSystem, missing: readonly number[]): Promise<void> => {
  const { journal } = await openForTest(disk);
  const { texts, gaps } = await readBack(journal);
  expect([...texts]).toEqual([...without(missing)]);
  expect(listed(gaps)).toEqual(missing);
  expect(journal.nextSeq).toBe(SEQS + 1);
  const again = await openForTest(disk.restart('power'));
  const second = await readBack(again.journal);
  expect([...second.texts]).toEqual([...texts]);
  expect(listed(second.gaps)).toEqual(missing);
  await again.journal.append(frameOf(['later'])).durable;
  expect((await readBack(again.journal)).texts.get(SEQS + 1)).toBe('later');
};

describe.each(['killed', 'closed'] as const)('a journal that was %s', (ending) => {
  it('names exactly the messages that a flipped bit destroys, wherever it is', async () => {
    const log = await smallLog(ending);
    const bytes = log.content(FIRST);
    const borders = bordersOf(bytes.byteLength);
    for (let at = 0; at < bytes.byteLength; at++) {
      const frame = borders.findLastIndex((border) => border <= at);
      const disk = log.restart('kill');
      disk.overwrite(FIRST, flipped(bytes, at, 1 << (at % 8)));
      await expectMissing(disk, seqsOfFrame(frame));
    }
  });

  it('names exactly the messages that are missing when the file is too short', async () => {
    const log = await smallLog(ending);
    const bytes = log.content(FIRST);
    const borders = bordersOf(bytes.byteLength);
    for (let size = 0; size < bytes.byteLength; size++) {
      const disk = log.restart('kill');
      disk.overwrite(FIRST, bytes.slice(0, size));
      const lost = FRAMES.map((_, index) => index).filter((index) => size < (borders[index + 1] ?? 0));
      await expectMissing(disk, lost.flatMap(seqsOfFrame));
    }
  });

  it('loses nothing when a bit of the mark flips', async () => {
    const log = await smallLog(ending);
    const bytes = log.content(MARK);
    for (let at = 0; at < bytes.byteLength; at++) {
      const disk = log.restart('kill');
      disk.overwrite(MARK, flipped(bytes, at, 0x04));
      await expectMissing(disk, []);
    }
  });

  it('names the messages when pages in the middle were zeroed', async () => {
    const log = await smallLog(ending);
    const bytes = Uint8Array.from(log.content(FIRST));
    const borders = bordersOf(bytes.byteLength);
    bytes.fill(0, (borders[1] ?? 0) + 10, (borders[2] ?? 0) + 10);
    const disk = log.restart('kill');
    disk.overwrite(FIRST, bytes);
    await expectMissing(disk, [3, 4, 5, 6]);
  });

  it('names the messages when the newest segment is gone', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk);
    await appendEach(journal, FRAMES.slice(0, 2));
    await journal.roll();
    await appendEach(journal, FRAMES.slice(2));
    if (ending === 'closed') await journal.close();
    const next = disk.restart('kill');
    next.erase(join(DIR, segmentName(4)));
    await expectMissing(next, [4, 5, 6, 7]);
  });
});

describe('a journal without its mark', () => {
  it('still tells damage from a torn tail below the newest group', async () => {
    const log = await smallLog('killed');
    log.erase(MARK);
    const bytes = log.content(FIRST);
    const borders = bordersOf(bytes.byteLength);
    const newest = borders.at(-2) ?? 0;
    for (let at = HEADER_SIZE; at < bytes.byteLength; at++) {
      const disk = log.restart('kill');
      disk.overwrite(FIRST, flipped(bytes, at, 0x10));
      const { journal, events } = await openForTest(disk);
      const { texts, gaps } = await readBack(journal);
      const missing = seqsOfFrame(borders.findLastIndex((border) => border <= at));
      expect([...texts]).toEqual([...without(missing)]);
      // Nothing names the newest group as durable: it may have been a torn write.
      expect(listed(gaps)).toEqual(at < newest ? missing : []);
      expect(events.map(({ kind }) => kind)).toContain(at < newest ? 'damage' : 'torn-tail');
      expect(journal.nextSeq).toBe(at < newest ? SEQS + 1 : SEQS);
    }
  });
});
