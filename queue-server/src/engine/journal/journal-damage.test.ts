import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
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
