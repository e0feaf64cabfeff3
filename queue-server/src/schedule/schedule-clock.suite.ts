import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { idOf } from '../engine/frames.fixture.js';
import { FILES, ScheduleTrial, type OpenEngine } from './schedule.fixture.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What becomes of scheduled messages when the wall clock is set, on every engine. */
export const describeScheduleClock = (name: string, open: OpenEngine): void => {
  let trial: ScheduleTrial;
  beforeEach(async () => {
    trial = await ScheduleTrial.start(open);
  });
  afterEach(() => trial.end());

  describe(`a wall clock that is set, on the ${name} engine`, () => {
    it('forth makes messages due within a minute', async () => {
      await trial.add(1, 24 * 60 * MINUTE);
      trial.wallAheadMs = 24 * 60 * MINUTE;
      await trial.pass(MINUTE);
      expect(await trial.sent()).toEqual([1]);
    });

    it.each(['cancelled', 'published'])(
      'forth and back loses no message whose id was that of one that was %s',
      async (how) => {
        await trial.add(1, how === 'cancelled' ? HOUR : 0);
        await trial.pass(1);
        await trial.schedule.cancel(FILES, idOf(1));
        trial.wallAheadMs = 25 * HOUR;
        const deliverAt = trial.wallNow() + 3 * HOUR;
        expect(await trial.add(1, { deliverAt })).toMatchObject({ dueAt: deliverAt });
        trial.wallAheadMs = 0;
        for (let starts = 0; starts < 2; starts++) {
          await trial.reopen();
          expect(await trial.add(1, 0)).toMatchObject({ dueAt: deliverAt });
          // Writes what is known of settled ids, and trims the log.
          await trial.add(2, 0);
          await trial.pass(3 * MINUTE);
        }
        expect(trial.schedule.size).toBe(1);
        await trial.pass(28 * HOUR);
        // Its queue knows the one that was published.
        expect(await trial.sent()).toEqual(how === 'cancelled' ? [2, 1] : [1, 2]);
      },
    );

    it('back lets messages wait until it says their time', async () => {
      await trial.add(1, 10);
      trial.wallAheadMs = -30 * MINUTE;
      await trial.pass(30 * MINUTE);
      expect(await trial.sent()).toEqual([]);
      await trial.pass(10);
      expect(await trial.sent()).toEqual([1]);
    });
  });
};
