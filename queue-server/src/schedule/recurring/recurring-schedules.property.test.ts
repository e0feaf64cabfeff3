import { describe, expect, it } from '@jest/globals';
import { DAY, HOUR } from '@typed-queue/contracts';
import * as fc from 'fast-check';
import { openMemoryEngine } from '../../engine/memory/open-memory-engine.js';
import { ScheduleTrial } from '../schedule.fixture.js';
import { idOfRun, idsOf, put, timesOf } from './recurring.fixture.js';

const YEAR = 366 * DAY;
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'];
const CRONS = ['30 2 * * *', '15 1,2 * * *', '*/45 0-3 * * *', '0 0 2 * * 0', '30 1 1,L * *'];

const someStep = fc.record({
  ms: fc.oneof(fc.integer({ min: HOUR, max: 9 * DAY }), fc.integer({ min: 1, max: 2 * DAY })),
  isRestarted: fc.boolean(),
});

describe('the runs of a year', () => {
  it('are those of the calendar, each once and in order, whatever pauses and restarts come', async () => {
    const someCase = fc.record({
      cron: fc.constantFrom(...CRONS),
      timeZone: fc.constantFrom(...ZONES),
      steps: fc.array(someStep, { minLength: 5, maxLength: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(someCase, async ({ cron, timeZone, steps }) => {
        const trial = await ScheduleTrial.start(openMemoryEngine);
        const start = trial.wallNow();
        await put(trial, 'a', { cron, timeZone, missed: 'all' });
        for (let step = 0; trial.wallNow() < start + YEAR; step++) {
          const { ms, isRestarted } = steps[step % steps.length] ?? { ms: DAY, isRestarted: false };
          await trial.pass(ms);
          if (isRestarted) await trial.reopen();
        }
        await trial.pass(0);
        const times = timesOf({ cron, timeZone }, [start, trial.wallNow()]);
        expect(times.length).toBeGreaterThan(20);
        expect(await idsOf(trial)).toEqual(times.map((time) => idOfRun('a', time)));
        expect(trial.errors).toEqual([]);
        await trial.end();
      }),
      { numRuns: 4 },
    );
  }, 300_000);
});
