import { describe, expect, it } from '@jest/globals';
import type { Gap } from '@typed-queue/contracts';
import { crc32 } from 'node:zlib';
import { join } from 'node:path';
import { RecordedDedupState } from './dedup-state.fixture.js';
import { appendEach, causeOf, DIR, frameOf, openForTest, readBack, textsOf } from './journal.fixture.js';
import type { Journal } from './journal.js';
import { flipped } from './small-log.fixture.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';
import { encodeBlock } from './segment/block.js';
import { segmentName } from './segment/segment-header.js';

const gapsFrom = async (journal: Journal, seq: number): Promise<readonly Gap[]> =>
  (await journal.read(seq, 1)).flatMap((item) => (item.kind === 'gap' ? [item.gap] : []));

const removed = (from: number, to: number): Gap => ({ from, to, reason: 'retention' });
const damaged = (from: number, to: number): Gap => ({ from, to, reason: 'damage' });

/** Five messages, each in a segment of its own. */
const fiveSegments = async (options = {}) => {
  const disk = new LossyFileSystem();
  const opened = await openForTest(disk, { segmentBytes: 300, ...options });
  await appendEach(opened.journal, [['a'], ['b'], ['c'], ['d'], ['e']]);
  return { disk, ...opened };
};

describe('what was dropped', () => {
  it('is a retention gap, from any seq on, also after a restart', async () => {
    const { disk, journal } = await fiveSegments();
    await journal.dropBefore(3);
    await journal.dropBefore(4);
    const look = async (log: Journal): Promise<void> => {
      expect(await gapsFrom(log, 0)).toEqual([removed(1, 3)]);
      expect(await gapsFrom(log, 3)).toEqual([removed(3, 3)]);
      expect(await gapsFrom(log, 4)).toEqual([]);
      const items = await log.read(2, 1);
      expect(items).toMatchObject([{ gap: removed(2, 3) }, { frame: { firstSeq: 4 } }]);
    };
    await look(journal);
    await look((await openForTest(disk.restart('power'))).journal);
  });

  it('is distinguished from what a disk lost, which is reported to the operator once', async () => {
    const { disk, journal } = await fiveSegments();
    await journal.dropBefore(3);
    await journal.close();
    const next = disk.restart('power');
    next.erase(join(DIR, segmentName(3)));
    const { journal: again, events } = await openForTest(next);
    for (let times = 0; times < 2; times++) {
      expect(await gapsFrom(again, 1)).toEqual([removed(1, 2), damaged(3, 3)]);
    }
    expect(events.filter(({ kind }) => kind === 'gap')).toEqual([{ kind: 'gap', file: DIR, seqs: [3, 3] }]);
  });

  it('leaves an empty log when it was everything, which continues with the next seq', async () => {
    const { disk, journal } = await fiveSegments();
    await journal.roll();
    await journal.dropBefore(6);
    expect(journal).toMatchObject({ firstSeq: 6, lastSeq: 5, nextSeq: 6 });
    expect(journal.segments).toMatchObject([{ firstSeq: 6, messages: 0, begun: 1000 }]);
    expect(journal.bytes).toBe(disk.content(join(DIR, segmentName(6))).byteLength);
    const again = await openForTest(disk.restart('power'));
    expect(await gapsFrom(again.journal, 1)).toEqual([removed(1, 5)]);
    await appendEach(again.journal, [['f']]);
    expect(again.journal.lastSeq).toBe(6);
  });

  it('is never reported as retention when all that records it is damaged', async () => {
    const { disk, journal } = await fiveSegments();
    await journal.dropBefore(3);
    const next = disk.restart('power');
    const path = join(DIR, 'removed.0.mark');
    next.overwrite(path, flipped(next.content(path), 20, 1));
    expect(await gapsFrom((await openForTest(next)).journal, 1)).toEqual([damaged(1, 2)]);
  });

  it('stays known while the checkpoint of a later drop is half written', async () => {
    const { disk, journal } = await fiveSegments();
    await journal.dropBefore(3);
    disk.fault = ({ kind, path }) =>
      kind === 'write' && path.includes('removed') ? { kind: 'stop', takes: 30 } : undefined;
    expect(await causeOf(journal.dropBefore(5))).toBe('storage_failed');
    const again = await openForTest(disk.restart('kill'));
    expect(await gapsFrom(again.journal, 1)).toEqual([removed(1, 2)]);
    expect(textsOf(await readBack(again.journal))).toEqual(['c', 'd', 'e']);
  });

  it('is refused by a server that does not know the version of its checkpoint', async () => {
    const { disk, journal } = await fiveSegments();
    await journal.dropBefore(3);
    const next = disk.restart('power');
    const bytes = Buffer.from(encodeBlock('GONE', { epoch: '', numbers: [3, 0, 0, 0] }));
    bytes.writeUInt16LE(9, 8);
    bytes.writeUInt32LE(crc32(bytes.subarray(4)));
    next.overwrite(join(DIR, 'removed.0.mark'), bytes);
    expect(await causeOf(openForTest(next))).toBe('journal_unsupported');
  });
});

describe('dropping', () => {
  it('frees space on a full disk that has no room for its checkpoint', async () => {
    const { disk, journal } = await fiveSegments();
    disk.capacity = disk.used;
    expect(await causeOf(journal.append(frameOf(['f'])).durable)).toBe('storage_full');
    await journal.dropBefore(4);
    expect(disk.used).toBeLessThan(disk.capacity);
    expect(await gapsFrom(journal, 1)).toEqual([removed(1, 3)]);
    const again = await openForTest(disk.restart('power'));
    expect(await gapsFrom(again.journal, 1)).toEqual([removed(1, 3)]);
  });

  it('ignores a file that is missing already', async () => {
    const { disk, journal } = await fiveSegments();
    disk.erase(join(DIR, segmentName(1)));
    await journal.dropBefore(4);
    expect(journal.firstSeq).toBe(4);
  });

  it('keeps the newest producer snapshot when no segment is left that has one', async () => {
    const dedup = (): RecordedDedupState => new RecordedDedupState((nextSeq) => `below ${nextSeq}`);
    const { disk, journal } = await fiveSegments({ dedup: dedup() });
    await journal.roll();
    await journal.dropBefore(6);
    const restored = dedup();
    await openForTest(disk.restart('power'), { dedup: restored });
    expect(restored).toMatchObject({ restoredProducers: 'below 6', replayed: [] });
    // The next segment ends without a footer: the disk fails.
    const next = disk.restart('power');
    const { journal: third } = await openForTest(next, { dedup: dedup(), inlineBytes: 0 });
    await appendEach(third, [['f']]);
    next.fault = ({ kind }) => {
      if (kind !== 'flush') return undefined;
      next.fault = () => undefined;
      return { kind: 'error', code: 'EIO' };
    };
    await appendEach(third, [['g']]);
    await third.dropBefore(7);
    expect(third.firstSeq).toBe(7);
    const last = dedup();
    await openForTest(next.restart('power'), { dedup: last });
    expect(last).toMatchObject({ restoredProducers: 'below 6', replayed: [7] });
  });

  it('lists the remaining segments', async () => {
    const { disk, journal } = await fiveSegments();
    const sizeOf = (seq: number): number => disk.content(join(DIR, segmentName(seq))).byteLength;
    const segments = [1, 2, 3, 4, 5].map((firstSeq) => {
      return { firstSeq, messages: 1, bytes: sizeOf(firstSeq), begun: 1000 };
    });
    expect(journal.segments).toEqual(segments);
    await journal.dropBefore(3);
    expect(journal.segments).toEqual(segments.slice(2));
    expect(journal.bytes).toBe(sizeOf(3) + sizeOf(4) + sizeOf(5));
    const again = await openForTest(disk.restart('power'));
    expect(again.journal.segments).toEqual(segments.slice(2));
    expect(again.journal.bytes).toBe(journal.bytes);
  });
});
