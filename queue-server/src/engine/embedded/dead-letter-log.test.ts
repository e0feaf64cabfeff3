import { describe, expect, it } from '@jest/globals';
import type { DeadLetter, DeadLetterQuery } from '@typed-queue/contracts';
import { DeadLetterLog } from './dead-letter-log.js';
import { diskFull, FakeJournal } from './fake-journal.fixture.js';

const letterOf = (group: string, seq: number, text = ''): Omit<DeadLetter, 'position'> => ({
  ...{ group, time: 1, code: 'rejected', reason: text, epoch: 'one', seq, handouts: 1, failures: [] },
  message: { id: '', queue: 'files', event: 'said', payload: null, headers: {}, seq, time: 1 },
});
const lettersOf = (group: string, count: number, text = ''): Omit<DeadLetter, 'position'>[] =>
  Array.from({ length: count }, (_, index) => letterOf(group, index + 1, text));

const MIB = 1024 * 1024;
const QUARTER = 'x'.repeat(MIB / 4);

const open = async (journal = new FakeJournal()) => {
  const log = new DeadLetterLog(async () => journal);
  await log.restore('files');
  journal.reads = 0;
  const list = async (query: DeadLetterQuery = {}) => {
    const { letters, next } = await log.list('files', query);
    return { positions: letters.map(({ position }) => position), next };
  };
  return { journal, log, list };
};

describe('the log of dead letters', () => {
  it('reads a frame once, whatever it takes of it', async () => {
    const { journal, log, list } = await open();
    await log.add('files', lettersOf('g', 500));
    expect(journal.frames).toHaveLength(1);
    const { positions, next } = await list({ after: 100, limit: 300 });
    expect([positions.length, positions[0], positions.at(-1), next]).toEqual([300, 101, 400, 400]);
    expect(journal.reads).toBe(1);
  });

  it('writes many letters as frames of a size that is quick to read', async () => {
    const { journal, log, list } = await open();
    await log.add('files', lettersOf('g', 10, 'x'.repeat(100_000)));
    expect(journal.frames.map(({ count }) => count)).toEqual([2, 2, 2, 2, 2]);
    expect((await list()).positions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await log.add('files', [letterOf('g', 1, 'x'.repeat(MIB)), letterOf('g', 2)]);
    expect(journal.frames.map(({ count }) => count).slice(5)).toEqual([1, 1]);
  });

  it('has added letters when all of their frames are durable, and counts those that are', async () => {
    const { journal, log } = await open();
    journal.held = true;
    const added = log.add('files', lettersOf('g', 3, QUARTER));
    await Promise.resolve();
    await Promise.resolve();
    expect(journal.waiting).toBe(3);
    journal.commit(2);
    journal.fail();
    await expect(added).rejects.toMatchObject(diskFull());
    expect(log.count('files', 'g')).toBe(2);
  });

  it('ends a page without a letter of the group when it has looked through 8 MiB, and goes on from there', async () => {
    const { journal, log, list } = await open();
    await log.add('files', lettersOf('g', 40, QUARTER));
    await log.add('files', [letterOf('h', 41)]);
    const first = await list({ group: 'h' });
    expect(first).toEqual({ positions: [], next: 32 });
    expect(journal.reads).toBeLessThanOrEqual(11);
    expect(await list({ group: 'h', after: 32 })).toEqual({ positions: [41], next: null });
  });

  it('ends a page that it has looked through to the end as the last', async () => {
    const { log, list } = await open();
    await log.add('files', lettersOf('g', 32, QUARTER));
    expect(await list({ group: 'h' })).toEqual({ positions: [], next: null });
  });

  it('ends a page when its letters have 4 MiB', async () => {
    const { log, list } = await open();
    await log.add('files', lettersOf('g', 20, QUARTER));
    expect((await list()).next).toBe(16);
  });

  it('leaves out what is damaged', async () => {
    const { journal, log, list } = await open();
    for (const group of ['g', 'h', 'g']) await log.add('files', lettersOf(group, 2));
    journal.damage(3, 4);
    expect(await list()).toEqual({ positions: [1, 2, 5, 6], next: null });
    expect(await list({ after: 2, limit: 1 })).toEqual({ positions: [5], next: 5 });
    const again = await open(new FakeJournal({ items: journal.items }));
    expect(['g', 'h'].map((group) => again.log.count('files', group))).toEqual([4, 0]);
  });
});
