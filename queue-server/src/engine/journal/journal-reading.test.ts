import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordedDedupState } from './dedup-state.fixture.js';
import { appendEach, DIR, frameOf, openForTest, readBack, textsOf } from './journal.fixture.js';
import { firstSeqOf, LOOKUP } from '../log/scan.js';
import type { Journal } from './journal.js';
import { openJournal } from './open-journal.js';
import { RecentReads } from './reading/recent-reads.js';
import { segmentName } from './segment/segment-header.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';

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

  it('finds its position in a long log through the index, live, sealed and after a restart', async () => {
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

  it('looks up a frame without the ones around it, which other reads take with it', async () => {
    const disk = new LossyFileSystem();
    let framesRead = 0;
    const options = { recentReads: new RecentReads(8_000_000), cacheBytes: 0 };
    const { journal } = await openForTest(disk, {
      ...options,
      onFrameBytes: (bytes) => (framesRead += bytes),
    });
    await appendEach(
      journal,
      Array.from({ length: 100 }, (_, index) => [`${index + 1}`.padEnd(20_000, '.')]),
    );
    framesRead = 0;
    const found = await Promise.all([90, 10, 50].map((seq) => journal.read(seq, LOOKUP)));
    expect(found.map((items) => items.map(firstSeqOf))).toEqual([[90], [10], [50]]);
    expect(framesRead).toBe(0);
    await journal.read(50, 1);
    expect(framesRead).toBeGreaterThan(500_000);
    const { bytesRead } = disk;
    await journal.read(60, LOOKUP);
    expect(disk.bytesRead).toBe(bytesRead);
  });

  it('continues while messages are appended and segments are added and dropped', async () => {
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

  it('stays when all segments are lost but the checkpoint is not: the log continues after them, and reports it', async () => {
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
    const options = { dir, inlineBytes, segmentBytes: 100_000, cacheBytes: 0 };
    const journal = await openJournal({ ...options, dedup: new RecordedDedupState() });
    const texts = Array.from({ length: 3000 }, (_, index) => `${index}`);
    await Promise.all(texts.map((text) => journal.append(frameOf([text])).durable));
    await appendEach(journal, [['x', 'y']]);
    expect(textsOf(await readBack(journal, 50_000))).toEqual([...texts, 'x', 'y']);
    await journal.close();
    const dedup = new RecordedDedupState();
    const again = await openJournal({ ...options, dedup });
    expect(textsOf(await readBack(again, 50_000))).toEqual([...texts, 'x', 'y']);
    expect(dedup.restoredProducers).toBe('producers');
    await again.dropBefore(again.activeFirstSeq);
    await again.close();
    const names = (await readdir(dir)).sort();
    expect(names).toEqual([expect.stringMatching(/\.log$/), 'durable.mark', 'removed.0.mark']);
  });
});
