import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FileSystem } from './file-system.js';
import { frameOf, openForTest } from './journal.fixture.js';
import type { Journal } from './journal.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';

const MESSAGES = 60;

/** The same disk, but what is to be read is opened some turns later: it may be gone by then. */
const slowToOpen = (disk: LossyFileSystem, turns: number): FileSystem => ({
  makeDir: (path) => disk.makeDir(path),
  list: (dir) => disk.list(dir),
  open: async (path, mode) => {
    for (let turn = 0; mode === 'read' && turn < turns; turn++) await new Promise(setImmediate);
    return disk.open(path, mode);
  },
  remove: (path) => disk.remove(path),
  syncDir: (path) => disk.syncDir(path),
});

/** Reads from a seq to the end in steps, during any drops: every seq comes once, as a message or in a gap. */
const follow = async (journal: Journal, fromSeq: number, maxBytes: number): Promise<void> => {
  for (let next = fromSeq; next <= MESSAGES;) {
    const items = await journal.read(next, maxBytes);
    for (const item of items) {
      if (item.kind === 'gap') {
        expect(item.gap).toMatchObject({ from: next, reason: 'retention' });
        next = item.gap.to + 1;
        // Nothing is removed that was not dropped.
        expect(journal.firstSeq).toBeGreaterThanOrEqual(next);
        continue;
      }
      const { frame } = item;
      expect(frame.firstSeq).toBeLessThanOrEqual(next);
      for (let seq = frame.firstSeq; seq <= frame.lastSeq; seq++) {
        expect(frame.payloadText(seq - frame.firstSeq)).toBe(JSON.stringify(`message ${seq}`));
      }
      next = frame.lastSeq + 1;
    }
    if (items.length === 0) await new Promise(setImmediate);
  }
};

const write = async (journal: Journal): Promise<void> => {
  for (let seq = 1; seq <= MESSAGES; seq += 2) {
    await journal.append(frameOf([`message ${seq}`, `message ${seq + 1}`])).durable;
    await new Promise(setImmediate);
  }
};

/** Drops repeatedly, up to some distance before the head. */
const drop = async (journal: Journal, distances: readonly number[]): Promise<void> => {
  for (const distance of distances) {
    if (distance % 5 === 0) await journal.roll();
    await journal.dropBefore(journal.lastSeq + 1 - distance);
    for (let turns = 0; turns < distance % 7; turns++) await new Promise(setImmediate);
  }
};

it('readers get every message or the gap in its place, while segments are dropped', async () => {
  const options = fc.record({
    segmentBytes: fc.integer({ min: 300, max: 1500 }),
    cacheBytes: fc.constantFrom(0, 600, 100_000),
    inlineBytes: fc.constantFrom(0, 500),
    fillBytes: fc.constantFrom(0, 300),
  });
  const reader = fc.tuple(fc.integer({ min: 1, max: MESSAGES }), fc.nat(900));
  const turns = fc.nat(4);
  const readers = fc.array(reader, { minLength: 1, maxLength: 4 });
  const distances = fc.array(fc.nat(20), { minLength: 5, maxLength: 40, size: 'max' });
  await fc.assert(
    fc.asyncProperty(options, readers, distances, turns, async (chosen, froms, steps, slow) => {
      const disk = new LossyFileSystem();
      const { journal } = await openForTest(slowToOpen(disk, slow), chosen);
      const following = froms.map(([from, maxBytes]) => follow(journal, from, maxBytes));
      await Promise.all([write(journal), drop(journal, steps), ...following, follow(journal, 1, 1)]);
      await journal.close();
      expect(disk.openFiles).toBe(0);
      const kept = journal.segments.map(({ firstSeq }) => firstSeq);
      expect(disk.paths.filter((path) => path.endsWith('.log'))).toHaveLength(kept.length);
    }),
    { numRuns: 100 },
  );
});
