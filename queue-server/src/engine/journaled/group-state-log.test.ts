import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { diskFull, FakeJournal } from './fake-journal.fixture.js';
import { open, replayed, start, type Opened } from './group-state-log.fixture.js';

/** Whether it is settled after all background work. */
const isSettled = async (promise: Promise<void>): Promise<boolean> => {
  let settled = false;
  const settle = (): void => void (settled = true);
  promise.then(settle, settle);
  await turn();
  await turn();
  return settled;
};

describe('the group state log', () => {
  it('writes the records of one turn of the event loop as one frame, and later ones as the next', async () => {
    const { journal, log } = open();
    const first = [log.write(start(1)), log.write(start(2))];
    await Promise.resolve();
    first.push(log.write(start(3)));
    await Promise.all(first);
    await log.write(start(4));
    expect(journal.frames.map(({ count }) => count)).toEqual([3, 1]);
    expect(await replayed(journal)).toEqual([1, 2, 3, 4]);
  });

  describe('with records that may wait', () => {
    /** A log whose timers a test lets run. */
    const waiting = () => {
      const timers: (() => void)[] = [];
      const opened = open({ later: (run) => timers.push(run) });
      const written = [opened.log.write(start(1), { mayWait: true })];
      return { ...opened, written, timers };
    };

    it('writes them together when their time is over', async () => {
      const { journal, log, written, timers } = waiting();
      await turn();
      written.push(log.write(start(2), { mayWait: true }));
      await turn();
      expect(journal.frames).toEqual([]);
      expect(timers).toHaveLength(1);
      timers[0]?.();
      await Promise.all(written);
      expect(journal.frames.map(({ count }) => count)).toEqual([2]);
    });

    it('writes them with one that may not', async () => {
      const { journal, log, written, timers } = waiting();
      written.push(log.write(start(2)));
      await Promise.all(written);
      expect(journal.frames.map(({ count }) => count)).toEqual([2]);
      timers[0]?.();
      await log.write(start(3));
      expect(journal.frames.map(({ count }) => count)).toEqual([2, 1]);
    });

    it('writes them when it is asked to be durable', async () => {
      const { log, written } = waiting();
      await log.durable();
      await Promise.all(written);
    });

    it('writes them when it is closed', async () => {
      const { journal, log } = waiting();
      await log.close();
      expect(await replayed(journal)).toEqual([1]);
    });
  });

  it('resolves a write when the record is durable, not before', async () => {
    const { journal, log } = open();
    journal.held = true;
    const written = log.write(start(1));
    const durable = log.durable();
    expect(await isSettled(written)).toBe(false);
    expect(await isSettled(durable)).toBe(false);
    expect(await isSettled(log.durable())).toBe(false);
    journal.commit();
    await Promise.all([written, durable, log.durable()]);
  });

  it('is durable when nothing was ever written', async () => {
    await open().log.durable();
  });

  it('replays all records in their order, and reports those that are damaged', async () => {
    const { journal, log } = open();
    for (const boot of [1, 2, 3]) await log.write(start(boot));
    journal.damage(2, 2);
    expect(await replayed(journal)).toEqual([1, 3, -2, -2]);
    expect(await replayed(new FakeJournal())).toEqual([]);
  });

  it('writes what waits before it closes', async () => {
    const { journal, log } = open();
    const written = log.write(start(1));
    await log.close();
    await written;
    expect(journal.closed).toBe(true);
    expect(await replayed(journal)).toEqual([1]);
  });

  it('closes its journal although the disk fails', async () => {
    const { journal, log } = open();
    const written = log.write(start(1));
    journal.fail();
    await log.close();
    await expect(written).rejects.toMatchObject({ code: 'storage_full' });
    expect(journal.closed).toBe(true);
  });
});

describe('a snapshot', () => {
  it('replaces all records before it when they have too many bytes, in a segment of its own', async () => {
    const { journal, log, errors } = open({ snapshotBytes: 400 });
    await log.write(start(1));
    await log.write(start(2));
    expect(journal.rolls).toBe(0);
    await log.write(start(3));
    await log.durable();
    expect(journal.rolls).toBe(1);
    expect(await replayed(journal)).toEqual([99]);
    await log.write(start(4));
    expect(await replayed(journal)).toEqual([99, 4]);
    expect(errors).toEqual([]);
  });

  it('does not count its own bytes: a large one is not followed by another at once', async () => {
    const { journal, log } = open({ snapshotBytes: 120 });
    await log.write(start(1));
    await turn();
    expect(journal.rolls).toBe(1);
    await log.durable();
    await turn();
    expect(journal.rolls).toBe(1);
  });

  it('is one frame, however many records it has', async () => {
    const records = [1, 2, 3].map(start);
    const { journal, log } = open({ snapshotBytes: 0, snapshot: () => records });
    await log.write(start(7));
    await log.durable();
    expect(journal.frames.map(({ count }) => count)).toEqual([3]);
    expect(await replayed(journal)).toEqual([1, 2, 3]);
  });

  it('comes again only after as many bytes as the last one had', async () => {
    const records = [1, 2, 3, 4, 5].map(start);
    const { journal, log } = open({ snapshotBytes: 0, snapshot: () => records });
    const rolls: number[] = [];
    for (const boot of [1, 2, 3, 4, 5]) {
      await log.write(start(boot));
      await log.durable();
      rolls.push(journal.rolls);
    }
    expect(rolls).toEqual([1, 1, 1, 2, 2]);
  });

  it('comes after the records that were written while it was prepared', async () => {
    const { journal, log } = open({ snapshotBytes: 200 });
    let rolled: () => void = () => undefined;
    journal.rolling = new Promise((resolve) => (rolled = resolve));
    await log.write(start(1));
    await log.write(start(2));
    const during = log.write(start(3));
    rolled();
    await during;
    await log.durable();
    expect(await replayed(journal)).toEqual([99]);
  });
});

describe('copies of records', () => {
  /** Three starts, and the log that finds some of their copies. */
  const reopened = async (without: number): Promise<Opened> => {
    const { journal, copies, log } = open();
    for (const boot of [1, 2, 3]) await log.write(start(boot));
    const found = new FakeJournal({ items: copies.items.filter((_, index) => index !== without) });
    const again = open({ journal: new FakeJournal({ items: journal.items }), copies: found });
    await again.log.replay(
      () => undefined,
      () => undefined,
    );
    await again.log.write(start(4));
    await again.log.durable();
    return again;
  };

  it.each([0, 1, 2])('are written again by a snapshot at the start that misses copy %d', async (without) => {
    const { journal, copies } = await reopened(without);
    expect([journal.rolls, copies.rolls]).toEqual([1, 1]);
  });

  it('stay until the snapshot after the next one, for a backup that listed the files before', async () => {
    const { journal, copies, log } = open({ snapshotBytes: 0 });
    const counts: number[][] = [];
    for (const boot of [1, 2, 3, 4, 5]) {
      await log.write(start(boot));
      await log.durable();
      counts.push([journal.frames.length, copies.frames.length]);
    }
    expect(counts).toEqual([
      [1, 2],
      [2, 3],
      [1, 4],
      [2, 5],
      [1, 4],
    ]);
  });

  it('are not written again when none is missing', async () => {
    const { journal, copies } = await reopened(-1);
    expect([journal.rolls, copies.rolls]).toEqual([0, 0]);
  });
});

describe('a write that failed', () => {
  it('rejects for all that wait for it', async () => {
    const { journal, log } = open();
    journal.held = true;
    const written = [log.write(start(1)), log.write(start(2)), log.durable()];
    const results = Promise.allSettled(written);
    await turn();
    journal.fail();
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(log.durable()).rejects.toMatchObject({ code: 'storage_full' });
    expect(log.fault()?.code).toBe('storage_full');
  });

  const failed = async (): Promise<Opened> => {
    const opened = open();
    opened.journal.held = true;
    const written = opened.log.write(start(1));
    await turn();
    opened.journal.fail();
    await expect(written).rejects.toBeDefined();
    opened.journal.held = false;
    return opened;
  };

  it('is repaired by a snapshot with the next write', async () => {
    const { journal, log, errors } = await failed();
    journal.recover();
    await log.write(start(2));
    await log.durable();
    await turn();
    expect(await replayed(journal)).toEqual([99]);
    expect(errors).toEqual([]);
  });

  it('is repaired by a snapshot when a caller waits for durability, without further writes', async () => {
    const { journal, log } = await failed();
    journal.recover();
    await Promise.all([log.durable(), log.durable()]);
    expect(await replayed(journal)).toEqual([99]);
    expect(journal.rolls).toBe(1);
  });

  it('is repaired later when the snapshot fails as well', async () => {
    const { journal, log, errors } = await failed();
    journal.recover();
    journal.rolling = Promise.reject(diskFull());
    await expect(log.durable()).rejects.toMatchObject(diskFull());
    expect(errors).toMatchObject([{ code: 'storage_full' }]);
    journal.rolling = undefined;
    await log.durable();
    expect(await replayed(journal)).toEqual([99]);
  });

  it('is not durable by what was written while its snapshot rolls', async () => {
    const { journal, log } = await failed();
    journal.recover();
    let rolled: () => void = () => undefined;
    journal.rolling = new Promise((resolve) => (rolled = resolve));
    const again = [log.durable()];
    await log.write(start(2));
    again.push(log.durable());
    void log.write(start(3));
    again.push(log.durable());
    for (const durable of again) expect(await isSettled(durable)).toBe(false);
    rolled();
    await Promise.all(again);
    expect(await replayed(journal)).toEqual([99]);
  });

  it('is not durable while nothing can be written again', async () => {
    const { journal, log } = await failed();
    journal.recover();
    journal.rolling = Promise.reject(diskFull());
    await log.write(start(2));
    await turn();
    journal.fail();
    await expect(log.durable()).rejects.toMatchObject({ code: 'storage_full' });
  });
});
