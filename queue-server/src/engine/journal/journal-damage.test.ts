import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import fc from 'fast-check';
import { appendEach, DIR, openForTest, readBack } from './journal.fixture.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';
import { HEADER_SIZE, segmentName } from './segment/segment-header.js';
import {
  FIRST,
  CHECKPOINT,
  FRAMES,
  SEQS,
  smallLog,
  bordersOf,
  seqsOfFrame,
  without,
  listed,
  flipped,
  expectMissing,
} from './small-log.fixture.js';

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

  it('loses nothing when a bit of the checkpoint flips', async () => {
    const log = await smallLog(ending);
    const bytes = log.content(CHECKPOINT);
    for (let at = 0; at < bytes.byteLength; at++) {
      const disk = log.restart('kill');
      disk.overwrite(CHECKPOINT, flipped(bytes, at, 0x04));
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

describe('a journal without its durable checkpoint', () => {
  it('still distinguishes damage from a torn tail below the newest batch', async () => {
    const log = await smallLog('killed');
    log.erase(CHECKPOINT);
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
      // Nothing says that the newest batch is durable: it may have been a torn write.
      expect(listed(gaps)).toEqual(at < newest ? missing : []);
      expect(events.map(({ kind }) => kind)).toContain(at < newest ? 'damage' : 'torn-tail');
      expect(journal.nextSeq).toBe(at < newest ? SEQS + 1 : SEQS);
    }
  });
});

describe('damage in a sealed segment', () => {
  it('is a gap for readers, reported once, whichever bytes it hits', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk);
    await appendEach(journal, FRAMES);
    const end = disk.content(FIRST).byteLength;
    await journal.roll();
    await appendEach(journal, [['h']]);
    const bytes = disk.content(FIRST);
    const borders = bordersOf(end);
    for (let at = 0; at < bytes.byteLength; at += 3) {
      const next = disk.restart('kill');
      next.overwrite(FIRST, flipped(bytes, at, 0x20));
      const opened = await openForTest(next);
      const missing = at < end ? seqsOfFrame(borders.findLastIndex((border) => border <= at)) : [];
      for (let round = 0; round < 2; round++) {
        const { texts, gaps } = await readBack(opened.journal, 1 + round * 1000);
        expect([...texts]).toEqual([...without(missing), [8, 'h']]);
        expect(listed(gaps)).toEqual(missing);
      }
      expect(opened.events.map(({ kind }) => kind)).toEqual(missing.length > 0 ? ['gap'] : []);
    }
  });

  it('does not hide the other segments when a whole file is missing', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk);
    for (const texts of FRAMES) {
      await appendEach(journal, [texts]);
      await journal.roll();
    }
    disk.erase(join(DIR, segmentName(3)));
    const { texts, gaps } = await readBack((await openForTest(disk.restart('kill'))).journal);
    expect([...texts]).toEqual([...without([3])]);
    expect(gaps).toEqual([[3, 3]]);
  });
});

describe('random damage', () => {
  it('never shows anything that was not written, and never hides what is intact', async () => {
    const log = await smallLog('killed');
    const bytes = log.content(FIRST);
    const borders = bordersOf(bytes.byteLength);
    const hit = fc.record({
      at: fc.nat(bytes.byteLength - 1),
      with: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(hit, { minLength: 1, maxLength: 4 }), async (hits) => {
        const copy = Uint8Array.from(bytes);
        for (const { at, with: what } of hits) copy.set(what.subarray(0, copy.byteLength - at), at);
        const disk = log.restart('kill');
        disk.overwrite(FIRST, copy);
        const intact = (index: number): boolean => {
          const [from, to] = [borders[index], borders[index + 1]];
          return Buffer.compare(copy.subarray(from, to), bytes.subarray(from, to)) === 0;
        };
        const missing = FRAMES.flatMap((_, index) => (intact(index) ? [] : seqsOfFrame(index)));
        // Without any evidence left it is refused as no segment; that changes nothing.
        if (missing.length === SEQS) return;
        await expectMissing(disk, missing);
      }),
      { numRuns: 300 },
    );
  });
});
