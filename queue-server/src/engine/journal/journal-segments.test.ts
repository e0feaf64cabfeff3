import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { RecordedDedupState } from './dedup-state.fixture.js';
import { appendEach, causeOf, DIR, openForTest, readBack, textsOf } from './journal.fixture.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';
import { segmentName } from './segment/segment-header.js';

describe('segments', () => {
  it('roll by size and on demand, never when empty', async () => {
    const disk = new LossyFileSystem();
    const { journal, events } = await openForTest(disk, { segmentBytes: 500 });
    await appendEach(journal, [['a'], ['b'], ['c'.repeat(1000)], ['d']]);
    expect(journal.activeFirstSeq).toBe(4);
    await journal.roll();
    await journal.roll();
    expect(journal.activeFirstSeq).toBe(5);
    expect(events.filter(({ kind }) => kind === 'segment-sealed')).toHaveLength(3);
    const logs = disk.paths.filter((path) => path.endsWith('.log'));
    expect(logs).toEqual([1, 3, 4, 5].map((seq) => join(DIR, segmentName(seq))));
  });

  it('are dropped when they hold only older messages, and their space is freed', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk, { segmentBytes: 300 });
    await appendEach(journal, [['a'], ['b'], ['c'], ['d'], ['e']]);
    await readBack(journal);
    const open = disk.openFiles;
    await Promise.all([journal.dropBefore(3), journal.dropBefore(4)]);
    expect(journal.firstSeq).toBe(4);
    expect(disk.openFiles).toBeLessThan(open);
    expect(textsOf(await readBack(journal))).toEqual(['d', 'e']);
    // The active segment stays whatever is asked.
    await journal.dropBefore(100);
    expect(textsOf(await readBack(journal))).toEqual(['e']);
    expect((await openForTest(disk.restart('power'))).journal.firstSeq).toBe(5);
  });

  it('are dropped in order: one that cannot be removed stays, and so do those after it', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk, { segmentBytes: 300 });
    await appendEach(journal, [['a'], ['b'], ['c']]);
    disk.fault = ({ kind }) => (kind === 'remove' ? { kind: 'error', code: 'EIO' } : undefined);
    expect(await causeOf(journal.dropBefore(3))).toBe('storage_failed');
    expect(journal.firstSeq).toBe(1);
    disk.fault = () => undefined;
    expect(textsOf(await readBack(journal))).toEqual(['a', 'b', 'c']);
    await journal.dropBefore(3);
    expect(journal.firstSeq).toBe(3);
  });

  it('keep a producer snapshot, which is restored with the frames that it does not cover', async () => {
    const disk = new LossyFileSystem();
    const recorded = (): RecordedDedupState => new RecordedDedupState((nextSeq) => `below ${nextSeq}`);
    const first = recorded();
    const { journal } = await openForTest(disk, { dedup: first });
    expect(first).toMatchObject({ restoredProducers: undefined, replayed: [] });
    await appendEach(journal, [['a'], ['b']]);
    await journal.roll();
    await appendEach(journal, [['c']]);
    await journal.roll();
    await appendEach(journal, [['d']]);
    const second = recorded();
    const again = await openForTest(disk.restart('power'), { dedup: second });
    expect(again.journal.activeFirstSeq).toBe(4);
    expect(second).toMatchObject({ restoredProducers: 'below 4', replayed: [4] });
    // Without the newest index an older snapshot helps.
    const next = disk.restart('power');
    const path = join(DIR, segmentName(3));
    next.overwrite(path, next.content(path).slice(0, -1));
    const third = recorded();
    await openForTest(next, { dedup: third });
    expect(third).toMatchObject({ restoredProducers: 'below 3', replayed: [3, 4] });
  });

  it('that are sealed are not scanned at a start', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk);
    await appendEach(journal, [['x'.repeat(500_000)]]);
    await journal.roll();
    const next = disk.restart('power');
    const { journal: again } = await openForTest(next);
    expect(next.bytesRead).toBeLessThan(10_000);
    expect((await readBack(again)).texts.size).toBe(1);
  });

  it('a sealed segment without a successor is followed by a new one', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk, { dedup: new RecordedDedupState() });
    await appendEach(journal, [['a']]);
    await journal.roll();
    const next = disk.restart('power');
    next.erase(join(DIR, segmentName(2)));
    const dedup = new RecordedDedupState();
    const again = await openForTest(next, { dedup });
    expect(again.journal).toMatchObject({ nextSeq: 2, activeFirstSeq: 2 });
    expect(dedup).toMatchObject({ restoredProducers: 'producers', replayed: [] });
    await appendEach(again.journal, [['b']]);
    expect(textsOf(await readBack(again.journal))).toEqual(['a', 'b']);
  });
});
