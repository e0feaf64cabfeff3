import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { draftOf, frameOf, idOf } from '../engine/frames.fixture.js';
import { SCHEDULE_LOG } from './schedule-records.js';
import { DATABASE, FILES, ScheduleTrial, type OpenEngine } from './schedule.fixture.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What a schedule promises on every engine. */
export const describeSchedule = (name: string, open: OpenEngine): void => {
  let trial: ScheduleTrial;
  beforeEach(async () => {
    trial = await ScheduleTrial.start(open);
  });
  afterEach(() => trial.end());

  describe(`a message that is scheduled on the ${name} engine`, () => {
    it('is confirmed with its time, and published then, not a millisecond early', async () => {
      const dueAt = trial.wallNow() + 5 * MINUTE;
      expect(await trial.add(1, 5 * MINUTE)).toMatchObject({ id: idOf(1), dueAt });
      await trial.pass(5 * MINUTE - 1);
      expect(await trial.sent()).toEqual([]);
      await trial.pass(1);
      expect(await trial.messages()).toMatchObject([{ id: idOf(1), seq: 1, time: dueAt }]);
      expect(trial.schedule.size).toBe(0);
    });

    it('is published at once when its time is over', async () => {
      await trial.add(1, { deliverAt: trial.wallNow() - 1 });
      await trial.pass(0);
      expect(await trial.sent()).toEqual([1]);
    });

    it('keeps event, payload and headers, with its ordering key and its priority', async () => {
      const headers = { key: 'order 17', priority: '7' };
      const draft = { ...draftOf(1, 'ä'), headers: JSON.stringify(headers), key: headers.key, priority: 7 };
      await trial.addDraft(draft, { delayMs: 1 });
      await trial.pass(1);
      expect(await trial.messages()).toMatchObject([
        { event: 'said', payload: { number: 1, text: 'ä' }, headers },
      ]);
      const [item] = await trial.engine.queue(FILES).read(1, 1);
      const frame = item?.kind === 'frame' ? item.frame : undefined;
      const published = encodeFrame([draft]);
      expect([frame?.priority(0), frame?.keyHash(0)]).toEqual([7, published.keyHash(0)]);
    });

    it('is published in the order of times, and of scheduling where they are equal, whatever its queue', async () => {
      await Promise.all([
        trial.add(1, 30),
        trial.add(2, 10),
        trial.add(3, 20),
        trial.add(4, 10),
        trial.add(5, 20),
        trial.add(6, 10, DATABASE),
      ]);
      await trial.pass(MINUTE);
      expect(await trial.sent()).toEqual([2, 4, 3, 5, 1]);
      expect(await trial.sent(DATABASE)).toEqual([6]);
    });

    it('waits once, however often it comes: each is answered with the time of the first', async () => {
      const dueAt = trial.wallNow() + 100;
      const both = await Promise.all([trial.add(1, 100), trial.add(1, 100)]);
      await trial.pass(10);
      expect([...both, await trial.add(1, 90_000)]).toMatchObject([{ dueAt }, { dueAt }, { dueAt }]);
      await trial.reopen();
      expect(await trial.add(1, 90_000)).toMatchObject({ dueAt });
      await trial.pass(10 * MINUTE);
      expect(await trial.sent()).toEqual([1]);
    });

    it('of an id that its queue knows is not stored there again', async () => {
      await trial.add(1, 10);
      await trial.pass(10);
      await trial.add(1, { deliverAt: trial.wallNow() - 10 });
      await trial.pass(MINUTE);
      expect(await trial.sent()).toEqual([1]);
      expect(trial.schedule.size).toBe(0);
    });

    it('waits for each queue by itself, also with the same id', async () => {
      await trial.add(1, 10);
      await trial.add(1, 20, DATABASE);
      await trial.pass(MINUTE);
      expect([await trial.sent(), await trial.sent(DATABASE)]).toEqual([[1], [1]]);
    });

    it('may wait for a year, and no longer', async () => {
      const year = 365 * 24 * 60 * MINUTE;
      await trial.add(1, { deliverAt: trial.wallNow() + year });
      await expect(trial.add(2, { deliverAt: trial.wallNow() + year + 1 })).rejects.toMatchObject({
        code: 'request_invalid',
        details: { field: 'deliverAt' },
      });
    });

    it('is refused when as many wait as may, until one of them is published', async () => {
      trial.maxScheduled = 2;
      await trial.reopen();
      await trial.add(1, 10);
      await trial.add(2, 10);
      await expect(trial.add(3, 10)).rejects.toMatchObject({ code: 'overloaded', details: { limit: 2 } });
      expect(await trial.add(1, 10)).toMatchObject({ id: idOf(1) });
      await trial.pass(10);
      await trial.add(3, 10);
      await trial.pass(10);
      expect(await trial.sent()).toEqual([1, 2, 3]);
    });

    it('waits on after a restart, and is published then when its time is over', async () => {
      await trial.add(1, 10);
      await trial.add(2, 5 * MINUTE);
      await trial.schedule.close();
      trial.time.pass(MINUTE);
      await trial.open();
      await trial.pass(0);
      expect(await trial.sent()).toEqual([1]);
      await trial.pass(5 * MINUTE);
      await trial.reopen();
      await trial.pass(5 * MINUTE);
      expect(await trial.sent()).toEqual([1, 2]);
    });
  });

  describe(`messages that wait on the ${name} engine`, () => {
    it('are listed page by page, those of one queue, in the order of their times', async () => {
      for (const number of [1, 2, 3, 4, 5]) await trial.add(number, (6 - number) * MINUTE);
      await trial.add(6, MINUTE, DATABASE);
      const pages: string[][] = [];
      for (let after: string | null | undefined; after !== null;) {
        const page = await trial.schedule.list(FILES, {
          limit: 2,
          ...(after === undefined ? {} : { after }),
        });
        pages.push(page.messages.map(({ id }) => id));
        after = page.next;
      }
      expect(pages).toEqual([[idOf(5), idOf(4)], [idOf(3), idOf(2)], [idOf(1)]]);
      expect((await trial.schedule.list(DATABASE, {})).messages).toEqual([
        { id: idOf(6), queue: DATABASE, event: 'said', dueAt: trial.wallNow() + MINUTE },
      ]);
      await expect(trial.schedule.list(FILES, { after: '7' })).rejects.toMatchObject({
        code: 'request_invalid',
      });
    });

    it('are shown with payload and headers by id', async () => {
      await trial.addDraft({ ...draftOf(1), headers: '{"key":"a"}', key: 'a' }, { delayMs: 7 });
      expect(await trial.schedule.peek(FILES, idOf(1))).toEqual({
        id: idOf(1),
        queue: FILES,
        event: 'said',
        dueAt: trial.wallNow() + 7,
        payload: { number: 1, text: '' },
        headers: { key: 'a' },
      });
      expect(await trial.schedule.peek(DATABASE, idOf(1))).toBeNull();
      await trial.pass(7);
      expect(await trial.schedule.peek(FILES, idOf(1))).toBeNull();
    });

    it('are never published once they are cancelled, also after a restart', async () => {
      await trial.add(1, 10);
      await trial.add(2, 10);
      expect(await trial.schedule.cancel(FILES, idOf(1))).toBe(true);
      expect(await trial.schedule.cancel(FILES, idOf(1))).toBe(false);
      expect(await trial.schedule.cancel(DATABASE, idOf(2))).toBe(false);
      await trial.reopen();
      await trial.pass(MINUTE);
      expect(await trial.sent()).toEqual([2]);
    });

    it('of queues that the contract lacks are kept, reported, and published when it has them again', async () => {
      await trial.add(1, 10, DATABASE);
      await trial.add(2, 10, DATABASE);
      await trial.add(3, 10);
      trial.lacking.add(DATABASE);
      await trial.reopen();
      expect(trial.undeclared.at(-1)).toEqual(new Map([[DATABASE, 2]]));
      await trial.pass(5 * MINUTE);
      expect([await trial.sent(), await trial.sent(DATABASE)]).toEqual([[3], []]);
      trial.lacking.clear();
      await trial.reopen();
      await trial.pass(0);
      expect(await trial.sent(DATABASE)).toEqual([1, 2]);
    });
  });

  describe(`a message that is scheduled again on the ${name} engine`, () => {
    let dueAt: number;
    beforeEach(() => {
      dueAt = trial.wallNow() + 10;
    });

    it('after it was published is answered as before, and cannot be cancelled', async () => {
      await trial.add(1, 10);
      await trial.pass(10);
      expect(await trial.add(1, { deliverAt: dueAt })).toMatchObject({ id: idOf(1), dueAt });
      expect(trial.schedule.size).toBe(0);
      expect(await trial.schedule.cancel(FILES, idOf(1))).toBe(false);
    });

    it('after it was published is published once, also when its queue has forgotten its id', async () => {
      await trial.add(1, 10);
      await trial.pass(10);
      for (const number of [2, 3]) {
        await trial.pass(HOUR);
        await trial.engine.queue(FILES).append(frameOf([number]));
      }
      expect(await trial.add(1, 0)).toMatchObject({ dueAt });
      await trial.reopen();
      expect(await trial.add(1, 0)).toMatchObject({ dueAt });
      await trial.pass(MINUTE);
      expect(await trial.sent()).toEqual([1, 2, 3]);
    });

    it('after it was cancelled is refused, and does not come', async () => {
      await trial.add(1, 10);
      await trial.schedule.cancel(FILES, idOf(1));
      await expect(trial.add(1, 7)).rejects.toMatchObject({ code: 'message_cancelled' });
      await trial.reopen();
      await expect(trial.add(1, 7)).rejects.toMatchObject({ code: 'message_cancelled' });
      expect(await trial.schedule.cancel(FILES, idOf(1))).toBe(false);
      await trial.pass(MINUTE);
      expect(await trial.sent()).toEqual([]);
    });

    it('while it is being cancelled does not come', async () => {
      await trial.add(1, 10);
      const again = trial.add(1, 10).catch(() => undefined);
      expect(await trial.schedule.cancel(FILES, idOf(1))).toBe(true);
      await again;
      await trial.pass(MINUTE);
      expect(await trial.sent()).toEqual([]);
    });

    it('for another queue comes there', async () => {
      await trial.add(1, 10);
      await trial.schedule.cancel(FILES, idOf(1));
      await trial.add(1, 10, DATABASE);
      await trial.pass(10);
      expect(await trial.sent(DATABASE)).toEqual([1]);
    });

    it('a day after it was cancelled is a new one', async () => {
      await trial.add(1, 10);
      await trial.schedule.cancel(FILES, idOf(1));
      await trial.pass(24 * HOUR - 1);
      await expect(trial.add(1, 0)).rejects.toMatchObject({ code: 'message_cancelled' });
      await trial.pass(1_001);
      await trial.add(1, 0);
      await trial.pass(1);
      expect(await trial.sent()).toEqual([1]);
    });

    it('is known when the records of the first time were removed', async () => {
      trial.minCopiedBytes = 0;
      await trial.reopen();
      await trial.add(1, 10);
      await trial.add(2, 10);
      await trial.schedule.cancel(FILES, idOf(2));
      await trial.pass(10);
      await trial.pass(3 * MINUTE);
      const { firstSeq } = trial.engine.queue(SCHEDULE_LOG.name).head();
      expect(firstSeq).toBeGreaterThan(2);
      await trial.reopen();
      await trial.add(1, 0);
      await expect(trial.add(2, 0)).rejects.toMatchObject({ code: 'message_cancelled' });
      expect(trial.schedule.size).toBe(0);
    });
  });
};
