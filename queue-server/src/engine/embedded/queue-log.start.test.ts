import { describe, expect, it } from '@jest/globals';
import { MINUTE } from '@typed-queue/contracts';
import { Producers } from '../duplicates/producers.js';
import { frameOf } from '../frames.fixture.js';
import { LossyFileSystem } from '../journal/lossy-file-system.fixture.js';
import { openJournal } from '../journal/open-journal.js';
import { QueueLog } from './queue-log.js';

const SEGMENT_BYTES = 4_096;
const SEGMENTS = 40;
const BEGIN = 1_700_000_000_000;
const noTimers = { set: () => undefined, clear: () => undefined };

const open = async (fileSystem: LossyFileSystem, now: number): Promise<QueueLog> => {
  const producers = new Producers();
  const journal = await openJournal({
    ...{ dir: '/log', fileSystem, segmentBytes: SEGMENT_BYTES, now: () => now },
    sealNote: (nextSeq) => producers.note(nextSeq),
  });
  const rules = { retention: {}, now: () => now, timers: noTimers, onError: () => undefined };
  const log = new QueueLog(journal, producers, rules);
  await log.restore();
  return log;
};

/** A log of many segments, and how much a start some time later reads of it. */
const startAfter = async (ms: number): Promise<{ log: QueueLog; bytesRead: number; last: number }> => {
  const disk = new LossyFileSystem();
  const log = await open(disk, BEGIN);
  let last = 0;
  const isLong = (): boolean => disk.paths.filter((path) => path.endsWith('.log')).length >= SEGMENTS;
  while (!isLong()) await log.append(frameOf([++last]));
  await log.append(frameOf([++last]));
  await log.close();
  const next = disk.restart('power');
  const again = await open(next, BEGIN + ms);
  return { log: again, bytesRead: next.bytesRead, last };
};

describe('the start of a queue with many segments', () => {
  it('reads the last segment, the headers and one footer when all ids are older than five minutes', async () => {
    const { log, bytesRead } = await startAfter(6 * MINUTE);
    expect(log.head().bytes).toBeGreaterThan((SEGMENTS - 2) * SEGMENT_BYTES);
    // The last one is looked through, then its ids are read; what else is read of a segment is its header.
    expect(bytesRead).toBeLessThan(4 * SEGMENT_BYTES + SEGMENTS * 256);
    await log.close();
  });

  it('knows each id of the last five minutes', async () => {
    const { log, last } = await startAfter(4 * MINUTE);
    for (const number of [1, last]) {
      expect(await log.append(frameOf([number]))).toMatchObject({ duplicates: [{ seq: number }] });
    }
    await log.close();
  });
});
