import { expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isExhaustive, isThorough } from '../../../checks/thorough.fixture.js';
import { problemsIn } from '../reliability/later/schedule-checker.js';
import { seededRandom } from '../reliability/seeded-random.js';
import { KilledSchedule } from './schedule-kills.fixture.js';
import { DATABASE, FILES } from './schedule.fixture.js';

const [messages, seconds] = isExhaustive ? [100_000, 600] : isThorough ? [5_000, 150] : [2_000, 60];

it(`${messages} messages over ${seconds} s are published once, in time and in order, while the machine crashes in random calls of the disk every few seconds`, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'schedule-kills-'));
  const killed = new KilledSchedule(dir, seededRandom(20_261_129));
  await killed.run({ messages, seconds });
  const { trial, scheduled, crashes } = killed;
  for (const queue of [FILES, DATABASE]) {
    const some = scheduled.filter((message) => message.queue === queue);
    expect(problemsIn(some, await trial.messages(queue))).toEqual([]);
  }
  expect(scheduled.filter(({ confirmedAt }) => confirmedAt === Infinity)).toEqual([]);
  expect(trial.schedule.size).toBe(0);
  expect(crashes).toBeGreaterThan(seconds / 6);
  await trial.end();
  await rm(dir, { recursive: true });
}, 1_800_000);
