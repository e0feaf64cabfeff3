import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendEach, causeOf, DIR, frameOf, openForTest, readBack, textsOf } from './journal.fixture.js';
import type { Journal } from './journal.js';
import { openJournal } from './open-journal.js';
import { segmentName } from './segment/segment-header.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';

describe('appending', () => {
  it('gives out consecutive seqs at once, in the order of the calls, and writes them as one group', async () => {
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
    // The frames, through to the disk, and the mark.
    expect(disk.calls - before).toBe(2);
    expect(textsOf(await readBack(journal))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('gathers what arrives while a group is flushed into the next one', async () => {
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

  it('bounds a group', async () => {
    const { journal } = await openForTest(new LossyFileSystem());
    const groups: number[] = [];
    journal.onCommit((lastSeq) => groups.push(lastSeq));
    const large = 'x'.repeat(1024 * 1024);
    await Promise.all(Array.from({ length: 5 }, () => journal.append(frameOf([large])).durable));
    expect(groups).toEqual([3, 5]);
  });

  it('knows nothing of a seq that it did not give out', async () => {
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
  const MARK = join(DIR, 'durable.mark');
  const late = async (): Promise<LossyFileSystem> => {
    const disk = new LossyFileSystem();
    const clock = [1000];
    const { journal } = await openForTest(disk, { now: () => clock.shift() ?? 2500 });
    await appendEach(journal, [['a']]);
    await journal.roll();
    const next = disk.restart('power');
    next.erase(MARK);
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

  it('is kept when the one who rolled had a clock that was set back', async () => {
    const disk = new LossyFileSystem();
    const clock = [2500, 2500];
    const { journal } = await openForTest(disk, { now: () => clock.shift() ?? 100 });
    await appendEach(journal, [['a']]);
    await journal.roll();
    const next = disk.restart('power');
    next.erase(MARK);
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

describe('reading', () => {
  it.each([0, 700, 1_000_000])(
    'gives whole frames, at least one, with a cache of %i bytes',
    async (cacheBytes) => {
      const { journal } = await openForTest(new LossyFileSystem(), { cacheBytes, segmentBytes: 600 });
      await appendEach(journal, [['a', 'b', 'c'], ['d'], ['e', 'f']]);
      expect(await journal.read(7, 1000)).toEqual([]);
      const [first, ...others] = await journal.read(2, 1);
      expect(first).toMatchObject({ kind: 'frame', frame: { firstSeq: 1, lastSeq: 3 } });
      expect(others).toEqual([]);
      for (const maxBytes of [0, 150, 400, 10_000]) {
        expect(textsOf(await readBack(journal, maxBytes))).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
      }
    },
  );

  it('sees durable messages only', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk, { inlineBytes: 0, cacheBytes: 1_000_000 });
    await appendEach(journal, [['a']]);
    let flush = (): void => undefined;
    disk.beforeFlush = () => new Promise((resolve) => (flush = resolve));
    const { durable } = journal.append(frameOf(['b']));
    await new Promise(setImmediate);
    expect(textsOf(await readBack(journal))).toEqual(['a']);
    expect(await journal.read(2, 100)).toEqual([]);
    flush();
    await durable;
    expect(textsOf(await readBack(journal))).toEqual(['a', 'b']);
  });

  it('finds its place in a long log through the index, live, sealed and after a restart', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk, { segmentBytes: 1_100_000 });
    const texts = Array.from({ length: 100 }, (_, index) => `${index + 1}`.padEnd(20_000, '.'));
    await appendEach(
      journal,
      texts.map((text) => [text]),
    );
    // A log of 2 MB in two segments: without the index, each look-up would read half a megabyte on average.
    const lookUp = async (log: Journal, on: LossyFileSystem): Promise<void> => {
      const before = on.bytesRead;
      const seqs = [1, 2, 25, 49, 50, 51, 75, 99, 100];
      for (const seq of seqs) {
        const [item] = await log.read(seq, 1);
        expect(item).toMatchObject({ kind: 'frame', frame: { firstSeq: seq } });
      }
      expect(on.bytesRead - before).toBeLessThan(seqs.length * 250_000);
    };
    await lookUp(journal, disk);
    const next = disk.restart('power');
    await lookUp((await openForTest(next)).journal, next);
  });

  it('goes on while messages are appended and segments come and go', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk, { segmentBytes: 2000, cacheBytes: 900 });
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for (let next = 1; next <= 300;) {
        const items = await journal.read(next, 500);
        for (const item of items) {
          if (item.kind !== 'frame') throw new Error('a gap');
          for (let at = next - item.frame.firstSeq; at < item.frame.count; at++, next++) {
            seen.push(item.frame.payloadText(at));
          }
        }
        if (items.length === 0) await new Promise(setImmediate);
      }
    };
    const write = async (): Promise<void> => {
      for (let count = 0; count < 100; count++) {
        await journal.append(frameOf(['x', 'y', `${count}`])).durable;
        if (count % 7 === 0) await new Promise(setImmediate);
      }
    };
    await Promise.all([read(), read(), write()]);
    expect(seen).toHaveLength(600);
    expect(disk.paths.length).toBeGreaterThan(10);
    await journal.close();
    expect(disk.openFiles).toBe(0);
  });
});

describe('the epoch', () => {
  it('is that of the folder, and new with it', async () => {
    const disk = new LossyFileSystem();
    const first = await openForTest(disk, { newEpoch: () => 'first' });
    await first.journal.close();
    const again = await openForTest(disk.restart('power'), { newEpoch: () => 'second' });
    expect(again.journal.epoch).toBe('first');
    const wiped = disk.restart('power');
    wiped.erase(join(DIR, segmentName(1)));
    wiped.erase(join(DIR, 'durable.mark'));
    const next = await openForTest(wiped, { newEpoch: () => 'second' });
    expect(next.journal).toMatchObject({ epoch: 'second', nextSeq: 1 });
  });

  it('stays when all segments are lost but the mark is not: the log goes on behind what it held, and says so', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk, { newEpoch: () => 'first' });
    await journal.append(frameOf(['a', 'b'])).durable;
    await journal.close();
    disk.erase(join(DIR, segmentName(1)));
    const { journal: next, events } = await openForTest(disk, { newEpoch: () => 'second' });
    expect(next).toMatchObject({ epoch: 'first', firstSeq: 3, nextSeq: 3 });
    expect(events).toContainEqual({ kind: 'damage', file: DIR, damage: [{ from: 0, to: 0, seqs: [1, 2] }] });
  });
});

describe('on the disk of this machine', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'journal-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it.each([0, 16_384])('keeps what it confirmed (inline up to %i bytes)', async (inlineBytes) => {
    const dir = join(root, 'deep', 'log');
    const options = { dir, inlineBytes, segmentBytes: 100_000, cacheBytes: 0, sealNote: () => 'note' };
    const journal = await openJournal(options);
    const texts = Array.from({ length: 3000 }, (_, index) => `${index}`);
    await Promise.all(texts.map((text) => journal.append(frameOf([text])).durable));
    await appendEach(journal, [['x', 'y']]);
    expect(textsOf(await readBack(journal, 50_000))).toEqual([...texts, 'x', 'y']);
    await journal.close();
    const again = await openJournal(options);
    expect(textsOf(await readBack(again, 50_000))).toEqual([...texts, 'x', 'y']);
    expect(again.sealedNote).toBe('note');
    await again.dropBefore(again.activeFirstSeq);
    await again.close();
    expect((await readdir(dir)).length).toBe(2);
  });
});
