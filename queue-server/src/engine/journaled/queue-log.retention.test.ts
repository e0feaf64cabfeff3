import { describe, expect, it } from '@jest/globals';
import { MINUTE, SECOND, type Retention } from '@typed-queue/contracts';
import { Time } from '../conformance/time.fixture.js';
import { Duplicates } from '../dedup/duplicates.js';
import { frameOf, idOf } from '../frames.fixture.js';
import { openForTest } from '../journal/journal.fixture.js';
import { LossyFileSystem } from '../journal/lossy-file-system.fixture.js';
import { idsIn, open } from './queue-log.fixture.js';
import { QueueLog } from './queue-log.js';

/** A log over a real journal on a disk of its own; each of its segments takes a message or two. */
const openLog = async (retention: Retention, disk = new LossyFileSystem()) => {
  const time = new Time();
  const errors: unknown[] = [];
  const { journal } = await openForTest(disk, { segmentBytes: 400, now: () => time.now });
  const rules = {
    retention,
    now: () => time.now,
    after: time.after,
    onError: (e: unknown) => errors.push(e),
  };
  const log = new QueueLog(journal, new Duplicates(), rules);
  return { log, time, errors, disk };
};

const eventLoopIdle = async (): Promise<void> => {
  for (let turns = 0; turns < 50; turns++) await new Promise(setImmediate);
};

const appendEach = async (log: QueueLog, from: number, to: number): Promise<void> => {
  for (let number = from; number <= to; number++) await log.append(frameOf([number]));
};

const filesOf = (disk: LossyFileSystem): number => disk.paths.filter((path) => path.endsWith('.log')).length;

describe('the log of a queue with bounds', () => {
  it('frees disk space as soon as a segment is sealed, without waiting for a timer', async () => {
    const { log, disk } = await openLog({ maxMessages: 4 });
    await appendEach(log, 1, 40);
    await eventLoopIdle();
    const { firstSeq, bytes } = log.head();
    expect(firstSeq).toBeGreaterThan(30);
    expect(firstSeq).toBeLessThanOrEqual(37);
    expect(filesOf(disk)).toBeLessThanOrEqual(6);
    expect(disk.used - bytes).toBeLessThan(500);
    expect(await log.read(3, 1)).toMatchObject([
      { kind: 'gap', gap: { from: 3, to: firstSeq - 1, reason: 'retention' } },
      { kind: 'frame' },
    ]);
    await log.close();
  });

  it('frees it at the start, when messages expired while it was stopped', async () => {
    const before = await openLog({ maxAgeMs: 10 * MINUTE });
    await appendEach(before.log, 1, 10);
    await before.log.close();
    const disk = before.disk.restart('power');
    const time = new Time();
    time.now += 100 * MINUTE;
    const { journal } = await openForTest(disk, { segmentBytes: 400, now: () => time.now });
    const rules = { retention: { maxAgeMs: 10 * MINUTE }, now: () => time.now, after: time.after };
    const log = new QueueLog(journal, new Duplicates(), { ...rules, onError: () => undefined });
    await eventLoopIdle();
    // The last of them is as old as the segment that it made room for.
    expect(log.head().firstSeq).toBeGreaterThan(8);
    await log.close();
    expect(time.running).toBe(0);
  });

  it('reports a file that cannot be removed, and tries again', async () => {
    const { log, errors, disk, time } = await openLog({ maxMessages: 2, maxAgeMs: 8 * SECOND });
    disk.fault = ({ kind }) => (kind === 'remove' ? { kind: 'error', code: 'EIO' } : undefined);
    await appendEach(log, 1, 9);
    await eventLoopIdle();
    expect(errors).not.toHaveLength(0);
    expect(errors[0]).toMatchObject({ code: 'storage_failed' });
    expect(log.head().firstSeq).toBe(1);
    disk.fault = () => undefined;
    time.pass(SECOND);
    await eventLoopIdle();
    expect(log.head().firstSeq).toBeGreaterThan(5);
    await log.close();
  });
});

describe('a purge', () => {
  it('drops what a full disk has in sealed segments', async () => {
    const { log, disk } = await openLog({});
    await appendEach(log, 1, 10);
    disk.capacity = disk.used;
    await expect(log.append(frameOf([11, 12, 13]))).rejects.toMatchObject({ code: 'storage_full' });
    await log.trim(11);
    const { firstSeq, lastSeq } = log.head();
    expect(firstSeq).toBeGreaterThan(8);
    expect(lastSeq).toBe(10);
    expect(disk.used).toBeLessThan(disk.capacity);
    await log.close();
  });

  it('drops nothing that is appended while it runs', async () => {
    const { log, journal } = open();
    await appendEach(log, 1, 3);
    let rolled = (): void => undefined;
    journal.rolling = new Promise((resolve) => (rolled = resolve));
    const purged = log.trim(Number.MAX_SAFE_INTEGER);
    await log.append(frameOf([4]));
    rolled();
    await purged;
    expect(idsIn(journal)).toEqual([idOf(4)]);
    expect(log.head()).toMatchObject({ firstSeq: 4, lastSeq: 4 });
  });
});
