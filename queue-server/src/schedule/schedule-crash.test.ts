import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDiskEngine } from '../engine/disk/open-disk-engine.js';
import { frameOf, idOf } from '../engine/frames.fixture.js';
import { LossyFileSystem, type Ending } from '../engine/journal/lossy-file-system.fixture.js';
import { DATABASE, FILES, ScheduleTrial } from './schedule.fixture.js';

const MINUTE = 60_000;
const DELAY_MS = 10 * MINUTE;
/** The numbers of messages that are not scheduled. */
const FILLERS = 1_000;

/** What was asked for and what was confirmed, by number. */
class Ledger {
  readonly asked = new Set<number>();
  readonly confirmed = new Set<number>();
  readonly cancelling = new Set<number>();
  readonly cancelled = new Set<number>();
}

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'schedule-crash-'));
});
afterEach(() => rm(dir, { recursive: true }));

const start = (fileSystem: LossyFileSystem): Promise<ScheduleTrial> =>
  // Its log is trimmed as soon as anything in it is not needed.
  ScheduleTrial.start((options) => openDiskEngine({ ...options, dir, fileSystem }), undefined, 0);

const add = async (
  trial: ScheduleTrial,
  ledger: Ledger,
  numbers: readonly number[],
  ms: number,
): Promise<void> => {
  for (const number of numbers) ledger.asked.add(number);
  const added = numbers.map(async (number) => {
    await trial.add(number, ms, number % 2 === 0 ? FILES : DATABASE).catch((error: unknown) => {
      const isRefused = error instanceof QueueError && error.code === 'message_cancelled';
      if (!isRefused || !ledger.cancelling.has(number)) throw error;
    });
  });
  await Promise.all(added);
  for (const number of numbers) ledger.confirmed.add(number);
};

/** Schedules, sends and cancels. Nothing of it is due before `DELAY_MS`. */
const work = async (trial: ScheduleTrial, ledger: Ledger): Promise<void> => {
  await add(trial, ledger, [1, 2, 3, 4], DELAY_MS);
  await add(trial, ledger, [5], 2 * DELAY_MS);
  await trial.pass(DELAY_MS - 1);
  expect([await trial.sent(), await trial.sent(DATABASE)]).toEqual([[], []]);
  await trial.pass(1);
  await add(trial, ledger, [6, 7], DELAY_MS);
  ledger.cancelling.add(6);
  await trial.schedule.cancel(FILES, idOf(6));
  ledger.cancelled.add(6);
  for (let minutes = 0; minutes < 3; minutes++) await trial.pass(MINUTE);
};

/** What was published so long after other messages is no duplicate for its queue. */
const forgetIds = async (trial: ScheduleTrial): Promise<void> => {
  trial.time.now += 60 * MINUTE;
  for (let number = FILLERS; number < FILLERS + 5; number++) {
    for (const queue of [FILES, DATABASE]) await trial.engine.queue(queue).append(frameOf([number]));
    trial.time.now += 60 * MINUTE;
  }
};

/** Publishers that had no receipt send everything again: what waits, what was sent, what was cancelled. */
const sendAgain = async (trial: ScheduleTrial, ledger: Ledger): Promise<void> => {
  await add(trial, ledger, [...ledger.asked], MINUTE);
  for (let minutes = 0; minutes < 3; minutes++) await trial.pass(MINUTE);
};

const check = async (trial: ScheduleTrial, ledger: Ledger): Promise<void> => {
  const all = [...(await trial.sent()), ...(await trial.sent(DATABASE))];
  const sent = all.filter((number) => number < FILLERS);
  expect(sent).toEqual([...new Set(sent)]);
  expect(sent.filter((number) => !ledger.asked.has(number) || ledger.cancelled.has(number))).toEqual([]);
  for (const number of ledger.confirmed) if (!ledger.cancelling.has(number)) expect(sent).toContain(number);
};

/** Works until the process stops in a call of the file system, and checks what a restart publishes; whether it stopped. */
const crashAt = async (index: number, ending: Ending): Promise<boolean> => {
  const disk = new LossyFileSystem();
  const ledger = new Ledger();
  disk.fault = (call) => (call.index === index ? { kind: 'stop', takes: 0 } : undefined);
  const trial = await start(disk).catch(() => undefined);
  if (trial !== undefined) await work(trial, ledger).catch(() => undefined);
  const stopped = disk.calls > index;
  const survivor = disk.restart(ending);
  await trial?.end().catch(() => undefined);
  const after = await start(survivor);
  await forgetIds(after);
  for (let minutes = 0; minutes < 3; minutes++) await after.pass(MINUTE);
  await check(after, ledger);
  await sendAgain(after, ledger);
  await check(after, ledger);
  await after.reopen();
  await sendAgain(after, ledger);
  await check(after, ledger);
  await after.end();
  return stopped;
};

describe('messages that are scheduled', () => {
  it.each<Ending>(['kill', 'power'])(
    'are published once, wherever a crash (%s) comes between scheduling, sending and cancelling',
    async (ending) => {
      let index = 0;
      while (await crashAt(index, ending)) index++;
      expect(index).toBeGreaterThan(20);
    },
    300_000,
  );
});
