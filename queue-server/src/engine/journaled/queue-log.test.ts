import { describe, expect, it } from '@jest/globals';
import { frameOf, idOf, producerOf } from '../frames.fixture.js';
import { diskFull, FakeJournal } from './fake-journal.fixture.js';
import { idsIn, open } from './queue-log.fixture.js';

const producer = producerOf(1);

describe('the log of a queue', () => {
  it('assigns each new message the next seq, and appends the published frame itself', async () => {
    const { log, journal } = open();
    const frame = frameOf([1, 2]);
    expect(await log.append(frame)).toEqual({
      epoch: 'one',
      firstSeq: 1,
      duplicates: [],
    });
    expect(await log.append(frameOf([3]))).toMatchObject({ firstSeq: 3, duplicates: [] });
    expect(journal.frames[0]).toBe(frame);
    expect(log.head()).toEqual({ epoch: 'one', firstSeq: 1, lastSeq: 3, bytes: journal.bytes });
  });

  it('acknowledges what is durable, not before', async () => {
    const { log, journal } = open();
    journal.held = true;
    let answered = false;
    const appending = log.append(frameOf([1])).then(() => (answered = true));
    await new Promise(setImmediate);
    expect(answered).toBe(false);
    journal.commit();
    await appending;
    expect(answered).toBe(true);
  });

  it('reports each commit', async () => {
    const { log } = open();
    const heads: number[] = [];
    log.onCommit(() => heads.push(log.head().lastSeq));
    await log.append(frameOf([1, 2]));
    await log.append(frameOf([3]));
    expect(heads).toEqual([2, 3]);
  });
});

describe('a message that is published twice', () => {
  it('is known by its id', async () => {
    const { log, journal } = open();
    await log.append(frameOf([1, 2]));
    const again = await log.append(frameOf([2]));
    expect(again).toMatchObject({ duplicates: [{ index: 0, seq: 2 }] });
    expect(journal.frames).toHaveLength(1);
  });

  it('is stored once within one frame', async () => {
    const { log, journal } = open();
    expect(await log.append(frameOf([1, 1, 2, 1]))).toMatchObject({
      firstSeq: 1,
      duplicates: [
        { index: 1, seq: 1 },
        { index: 3, seq: 1 },
      ],
    });
    expect(idsIn(journal)).toEqual([1, 2].map(idOf));
  });

  it('leaves the others of its frame new, which are one frame of the log', async () => {
    const { log, journal } = open();
    await log.append(frameOf([2]));
    expect(await log.append(frameOf([1, 2, 3]))).toMatchObject({
      firstSeq: 2,
      duplicates: [{ index: 1, seq: 1 }],
    });
    expect(idsIn(journal)).toEqual([2, 1, 3].map(idOf));
    expect(journal.frames.map(({ count }) => count)).toEqual([1, 2]);
  });

  it('becomes durable or fails with its first copy', async () => {
    const { log, journal } = open();
    journal.held = true;
    const both = [log.append(frameOf([1])), log.append(frameOf([1]))];
    const settled = Promise.allSettled(both);
    expect(journal.waiting).toBe(1);
    journal.fail();
    for (const result of await settled) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'storage_full' } });
    }
  });
});

describe('a message that was stored before a restart', () => {
  it('is known by its id', async () => {
    const { log, journal } = open();
    await log.append(frameOf([1]));
    await log.append(frameOf([2, 3]));
    await log.append(frameOf([4]));
    journal.damage(2, 3);
    const after = open(new FakeJournal({ items: journal.items, replayFrom: 4 }));
    expect(await after.log.append(frameOf([4, 2, 1]))).toMatchObject({
      firstSeq: 5,
      duplicates: [
        { index: 0, seq: 4 },
        { index: 2, seq: 1 },
      ],
    });
  });
});

describe('a frame that the disk did not store', () => {
  it.each([
    ['by its id', {}],
    ['by its producer', { producer, firstNumber: 7 }],
  ])('is not known %s afterwards, and stored when it is resent', async (_, origin) => {
    const { log, journal } = open();
    journal.held = true;
    const kept = log.append(frameOf([1], { producer, firstNumber: 6 }));
    const lost = log.append(frameOf([2, 3], origin));
    journal.commit(1);
    journal.fail();
    await kept;
    await expect(lost).rejects.toMatchObject({ code: 'storage_full', retryable: true });
    journal.recover();
    journal.held = false;
    expect(await log.append(frameOf([9]))).toMatchObject({ firstSeq: 2 });
    expect(await log.append(frameOf([2, 3], origin))).toMatchObject({ firstSeq: 3, duplicates: [] });
    expect(await log.append(frameOf([1]))).toMatchObject({ duplicates: [{ seq: 1 }] });
    expect(idsIn(journal)).toEqual([1, 9, 2, 3].map(idOf));
  });

  it('is refused while the disk is full, and nothing remembers it', async () => {
    const { log, journal } = open();
    journal.fail(diskFull());
    await expect(log.append(frameOf([1]))).rejects.toMatchObject({ code: 'storage_full' });
    expect(log.fault()?.code).toBe('storage_full');
    journal.recover();
    expect(await log.append(frameOf([1]))).toMatchObject({ firstSeq: 1, duplicates: [] });
  });

  it('is refused while too much waits, and nothing remembers it', async () => {
    const { log, journal } = open();
    journal.moreBytes = 64 * 1024 * 1024 + 1;
    await expect(log.append(frameOf([1]))).rejects.toMatchObject({ code: 'overloaded', retryable: true });
    journal.moreBytes = 64 * 1024 * 1024;
    expect(await log.append(frameOf([1]))).toMatchObject({ firstSeq: 1, duplicates: [] });
  });
});
