import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { appendEach, causeOf, DIR, frameOf, openForTest, readBack, textsOf } from './journal.fixture.js';
import { segmentName } from './segment/segment-header.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';

describe('appending', () => {
  it('assigns consecutive seqs at once, in the order of the calls, and writes them as one batch', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk);
    const commits: number[] = [];
    journal.onCommit((lastSeq) => commits.push(lastSeq, journal.lastSeq));
    const before = disk.calls;
    const appends = [['a', 'b'], ['c'], ['d']].map((texts) => journal.append(frameOf(texts)));
    expect(appends.map(({ firstSeq }) => firstSeq)).toEqual([1, 3, 4]);
    expect(journal).toMatchObject({ firstSeq: 1, lastSeq: 0, nextSeq: 5 });
    expect(journal.bytesWaiting).toBeGreaterThan(0);
    await Promise.all(appends.map(({ durable }) => durable));
    expect(commits).toEqual([4, 4]);
    expect(journal).toMatchObject({ lastSeq: 4, bytesWaiting: 0 });
    // The frames, through to the disk, and the checkpoint.
    expect(disk.calls - before).toBe(2);
    expect(textsOf(await readBack(journal))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('collects what arrives while a batch is flushed into the next one', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk, { inlineBytes: 0 });
    const groups: number[] = [];
    journal.onCommit((lastSeq) => groups.push(lastSeq));
    const flushes: (() => void)[] = [];
    disk.beforeFlush = () => new Promise((resolve) => flushes.push(resolve));
    const first = journal.append(frameOf(['a'])).durable;
    await new Promise(setImmediate);
    const others = ['b', 'c', 'd'].map((text) => journal.append(frameOf([text])).durable);
    const known = [journal.whenDurable(1), journal.whenDurable(3)];
    await new Promise(setImmediate);
    expect(flushes).toHaveLength(1);
    flushes[0]?.();
    await first;
    await new Promise(setImmediate);
    flushes[1]?.();
    await Promise.all([...others, ...known]);
    expect(groups).toEqual([1, 4]);
    expect(flushes).toHaveLength(2);
  });

  it('writes more buffers than one call takes, in writes that are cut short', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk);
    disk.maxWrite = 50_001;
    const texts = Array.from({ length: 2500 }, (_, index) => `message ${index}`);
    await Promise.all(texts.map((text) => journal.append(frameOf([text])).durable));
    expect(textsOf(await readBack(journal, 100_000))).toEqual(texts);
    const again = await openForTest(disk.restart('power'));
    expect(textsOf(await readBack(again.journal, 100_000))).toEqual(texts);
  });

  it('bounds a batch', async () => {
    const { journal } = await openForTest(new LossyFileSystem());
    const groups: number[] = [];
    journal.onCommit((lastSeq) => groups.push(lastSeq));
    const large = 'x'.repeat(1024 * 1024);
    await Promise.all(Array.from({ length: 5 }, () => journal.append(frameOf([large])).durable));
    expect(groups).toEqual([3, 5]);
  });

  it('does not know a seq that it did not assign', async () => {
    const { journal } = await openForTest(new LossyFileSystem());
    expect(await causeOf(journal.whenDurable(1))).toBe('internal');
  });

  it('never lets time go back, whatever the clock does and across restarts', async () => {
    const disk = new LossyFileSystem();
    const clock = [500, 2000, 1500, 1800, 2500];
    const { journal } = await openForTest(disk, { now: () => clock.shift() ?? 100 });
    await appendEach(journal, [['a'], ['b'], ['c'], ['d'], ['e']]);
    const next = await openForTest(disk.restart('power'), { now: () => 100 });
    await appendEach(next.journal, [['f']]);
    await next.journal.roll();
    const last = await openForTest(disk.restart('power'), { now: () => 100 });
    await appendEach(last.journal, [['g']]);
    for (const { times } of [await readBack(next.journal), await readBack(last.journal)]) {
      expect(times).toEqual([2000, 2000, 2000, 2500, 2500, 2500]);
    }
  });
});

describe('the time of the log', () => {
  const CHECKPOINT = join(DIR, 'durable.mark');
  const late = async (): Promise<LossyFileSystem> => {
    const disk = new LossyFileSystem();
    const clock = [1000];
    const { journal } = await openForTest(disk, { now: () => clock.shift() ?? 2500 });
    await appendEach(journal, [['a']]);
    await journal.roll();
    const next = disk.restart('power');
    next.erase(CHECKPOINT);
    return next;
  };
  const timeOfNext = async (disk: LossyFileSystem): Promise<number | undefined> => {
    const { journal } = await openForTest(disk, { now: () => 100 });
    await appendEach(journal, [['b']]);
    return (await readBack(journal)).times.at(-1);
  };

  it('is kept by the header of an empty segment', async () => {
    expect(await timeOfNext(await late())).toBe(2500);
  });

  it('is kept when that header is torn', async () => {
    const disk = await late();
    disk.overwrite(join(DIR, segmentName(2)), new Uint8Array(0));
    expect(await timeOfNext(disk)).toBe(2500);
  });

  it('is kept when the clock was set back before a roll', async () => {
    const disk = new LossyFileSystem();
    const clock = [2500, 2500];
    const { journal } = await openForTest(disk, { now: () => clock.shift() ?? 100 });
    await appendEach(journal, [['a']]);
    await journal.roll();
    const next = disk.restart('power');
    next.erase(CHECKPOINT);
    expect(await timeOfNext(next)).toBe(2500);
  });
});

describe('closing', () => {
  it('makes durable what waits, then refuses everything', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk, { inlineBytes: 0 });
    const waiting = Promise.all([journal.append(frameOf(['a'])).durable, journal.roll()]);
    const closed = journal.close();
    expect(await causeOf(journal.append(frameOf(['b'])).durable)).toBe('closed');
    await Promise.all([closed, waiting, journal.close()]);
    expect(await causeOf(journal.read(1, 1))).toBe('closed');
    expect(await causeOf(journal.roll())).toBe('closed');
    expect(await causeOf(journal.dropBefore(1))).toBe('closed');
    expect(disk.openFiles).toBe(0);
    const again = await openForTest(disk.restart('power'));
    expect(textsOf(await readBack(again.journal))).toEqual(['a']);
    expect(again.events).toEqual([]);
  });
});
