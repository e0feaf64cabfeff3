import { describe, expect, it } from '@jest/globals';
import type { DeadLetter, DeadLetterQuery } from '@typed-queue/contracts';
import { setImmediate as turn } from 'node:timers/promises';
import { DeadLetterLog } from './dead-letter-log.js';
import { diskFull, FakeJournal } from './fake-journal.fixture.js';

const letterOf = (group: string, seq: number, text = ''): Omit<DeadLetter, 'position'> => ({
  group,
  time: 1,
  code: 'rejected',
  reason: text,
  epoch: 'one',
  seq,
  handouts: 1,
  failures: [],
  message: { id: '', queue: 'files', event: 'said', payload: null, headers: {}, seq, time: 1 },
});
const lettersOf = (group: string, count: number, text = ''): Omit<DeadLetter, 'position'>[] =>
  Array.from({ length: count }, (_, index) => letterOf(group, index + 1, text));

/** Long enough for all background work. */
const turns = async (): Promise<void> => {
  for (let n = 0; n < 100; n++) await turn();
};

const MIB = 1024 * 1024;
const QUARTER = 'x'.repeat(MIB / 4);

const open = async (journal = new FakeJournal()) => {
  const errors: unknown[] = [];
  const log = new DeadLetterLog(
    async () => journal,
    (error) => errors.push(error),
  );
  await log.restore(new Set());
  journal.reads = 0;
  const list = async (query: DeadLetterQuery = {}) => {
    const { letters, next } = await log.list(query);
    return { positions: letters.map(({ position }) => position), next };
  };
  return { journal, log, list, errors };
};

describe('the log of dead letters', () => {
  it('reads a frame once for all letters of it', async () => {
    const { journal, log, list } = await open();
    await log.add(lettersOf('g', 500));
    expect(journal.frames).toHaveLength(1);
    const { positions, next } = await list({ after: 100, limit: 300 });
    expect([positions.length, positions[0], positions.at(-1), next]).toEqual([300, 101, 400, 400]);
    expect(journal.reads).toBe(1);
  });

  it('writes many letters as frames of a size that is quick to read', async () => {
    const { journal, log, list } = await open();
    await log.add(lettersOf('g', 10, 'x'.repeat(100_000)));
    expect(journal.frames.map(({ count }) => count)).toEqual([2, 2, 2, 2, 2]);
    expect((await list()).positions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await log.add([letterOf('g', 1, 'x'.repeat(MIB)), letterOf('g', 2)]);
    expect(journal.frames.map(({ count }) => count).slice(5)).toEqual([1, 1]);
  });

  it('adds letters when all of their frames are durable, and counts those that are', async () => {
    const { journal, log } = await open();
    journal.held = true;
    const added = log.add(lettersOf('g', 3, QUARTER));
    await Promise.resolve();
    await Promise.resolve();
    expect(journal.waiting).toBe(3);
    journal.commit(2);
    journal.fail();
    await expect(added).rejects.toMatchObject(diskFull());
    expect(log.count('g')).toBe(2);
  });

  it('has each letter once when some were stored before the disk failed, and all are added again', async () => {
    const { journal, log, list } = await open();
    journal.held = true;
    const added = log.add(lettersOf('g', 3, QUARTER));
    await turns();
    journal.commit(2);
    journal.fail();
    await expect(added).rejects.toMatchObject(diskFull());
    journal.recover();
    journal.held = false;
    await log.add(lettersOf('g', 3, QUARTER));
    expect(await list()).toEqual({ positions: [1, 2, 3], next: null });
    // Dead-lettered again, a message has another letter.
    await log.add(lettersOf('g', 1, QUARTER));
    expect(log.count('g')).toBe(4);
  });

  it('ends a page without a letter when it has searched 8 MiB, and continues from there', async () => {
    const { journal, log, list } = await open();
    await log.add(lettersOf('g', 40, QUARTER));
    await log.add([letterOf('h', 41, 'y')]);
    const first = await list({ reason: 'y' });
    expect(first).toEqual({ positions: [], next: 32 });
    expect(journal.reads).toBeLessThanOrEqual(11);
    expect(await list({ reason: 'y', after: 32 })).toEqual({ positions: [41], next: null });
  });

  it('reads only the letters of the group', async () => {
    const { journal, log, list } = await open();
    await log.add(lettersOf('g', 40, QUARTER));
    await log.add([letterOf('h', 41)]);
    expect(await list({ group: 'h' })).toEqual({ positions: [41], next: null });
    expect(journal.reads).toBe(1);
    expect(await list({ group: 'i' })).toEqual({ positions: [], next: null });
    expect(journal.reads).toBe(1);
  });

  it('ends with a page that has no next one', async () => {
    const { log, list } = await open();
    await log.add(lettersOf('g', 32, QUARTER));
    expect(await list({ reason: 'y' })).toEqual({ positions: [], next: null });
  });

  it('ends a page when its letters have 4 MiB', async () => {
    const { log, list } = await open();
    await log.add(lettersOf('g', 20, QUARTER));
    expect((await list()).next).toBe(16);
  });

  it('reports which letters are damaged, before and after a restart', async () => {
    const { journal, log } = await open();
    for (const group of ['g', 'h', 'g']) await log.add(lettersOf(group, 2));
    journal.damage(3, 4);
    const again = await open(new FakeJournal({ items: journal.items }));
    for (const each of [log, again.log]) {
      const pageOf = async (query: DeadLetterQuery) => {
        const { letters, gaps, next } = await each.list(query);
        return { positions: letters.map(({ position }) => position), gaps, next };
      };
      expect(await pageOf({})).toEqual({ positions: [1, 2, 5, 6], gaps: [[3, 4]], next: null });
      expect(await pageOf({ after: 2, limit: 1 })).toEqual({ positions: [5], gaps: [[3, 4]], next: 5 });
      expect(await pageOf({ after: 4 })).toEqual({ positions: [5, 6], gaps: [], next: null });
    }
    expect(['g', 'h'].map((group) => again.log.count(group))).toEqual([4, 0]);
  });

  it('replaces a letter in one frame, so that a crash leaves one of the two', async () => {
    const { journal, log, list } = await open();
    await log.add(lettersOf('g', 2));
    log.hide([1]);
    await log.add([{ ...letterOf('g', 1), replaces: [1] }]);
    expect(journal.frames.map(({ count }) => count)).toEqual([2, 2]);
    expect(await list()).toEqual({ positions: [2, 4], next: null });
    expect(log.count('g')).toBe(2);
  });

  it('keeps letters that it could not remove', async () => {
    const { journal, log, list } = await open();
    await log.add(lettersOf('g', 2));
    journal.held = true;
    const removed = log.remove([1]);
    await turns();
    journal.fail();
    await expect(removed).rejects.toMatchObject(diskFull());
    expect((await list()).positions).toEqual([1, 2]);
  });
});

describe('a log of dead letters of which most are removed', () => {
  /** 40 letters of 10 MiB together, of which every eighth stays. */
  const KEPT = [8, 16, 24, 32, 40];
  const removed = Array.from({ length: 40 }, (_, index) => index + 1).filter((n) => !KEPT.includes(n));

  const reclaimed = async (spoil = (_journal: FakeJournal): void => undefined) => {
    const opened = await open();
    await opened.log.add(lettersOf('g', 40, QUARTER));
    spoil(opened.journal);
    await opened.log.remove(removed);
    await turns();
    return opened;
  };

  it('frees their space; the others keep their positions and their order', async () => {
    const { journal, log, list } = await reclaimed();
    expect(journal.bytes).toBeLessThan(2 * MIB);
    await log.add([letterOf('h', 41)]);
    const newest = log.totals().newest;
    const again = await open(new FakeJournal({ items: journal.items }));
    for (const each of [list, again.list]) {
      expect((await each()).positions).toEqual([...KEPT, newest]);
      expect((await each({ after: 8, limit: 1 })).positions).toEqual([16]);
    }
    expect(again.log.count('g')).toBe(5);
  });

  it('has each letter once after a crash between the copies and the removal of what was copied', async () => {
    const { journal, errors } = await reclaimed((each) => {
      each.dropBefore = async () => Promise.reject(new Error('killed'));
    });
    expect(errors).toHaveLength(1);
    expect(journal.bytes).toBeGreaterThan(10 * MIB);
    const again = await open(new FakeJournal({ items: journal.items }));
    expect((await again.list()).positions).toEqual(KEPT);
    expect(again.log.totals().letters).toBe(5);
    await again.log.remove([8]);
    await turns();
    expect(again.journal.bytes).toBeLessThan(2 * MIB);
    expect((await again.list()).positions).toEqual(KEPT.slice(1));
  });

  it('still reports which letters are damaged', async () => {
    const { journal, log } = await reclaimed((each) => each.damage(16, 16));
    const again = await open(new FakeJournal({ items: journal.items }));
    for (const each of [log, again.log]) {
      const { letters, gaps } = await each.list({});
      expect(letters.map(({ position }) => position)).toEqual([8, 24, 32, 40]);
      expect(gaps).toEqual([[16, 16]]);
    }
  });

  it('frees everything when nothing is left', async () => {
    const { journal, log } = await open();
    await log.add(lettersOf('g', 40, QUARTER));
    await log.remove([...removed, ...KEPT]);
    await turns();
    expect(journal.bytes).toBeLessThan(1_000);
    expect(log.totals().letters).toBe(0);
  });
});
