import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY, HOUR, MINUTE } from '@typed-queue/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDiskEngine } from '../../engine/disk/open-disk-engine.js';
import { frameOf } from '../../engine/frames.fixture.js';
import { LossyFileSystem, type Ending } from '../../engine/journal/lossy-file-system.fixture.js';
import { FILES, ScheduleTrial } from '../schedule.fixture.js';
import { idOfRun, idsOf, put, timesOf } from './recurring.fixture.js';

const PLAN = { cron: '0 * * * *', missed: 'all' } as const;
/** The numbers of messages of no schedule. */
const FILLERS = 1_000;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'recurring-crash-'));
});
afterEach(() => rm(dir, { recursive: true }));

const start = (fileSystem: LossyFileSystem): Promise<ScheduleTrial> =>
  ScheduleTrial.start((options) => openDiskEngine({ ...options, dir, fileSystem }));

/** What was published so long after other messages is no duplicate for its queue. */
const forgetIds = async (trial: ScheduleTrial): Promise<void> => {
  for (let number = FILLERS; number < FILLERS + 3; number++) {
    trial.time.now += DAY;
    await trial.engine.queue(FILES).append(frameOf([number]));
  }
};

/** Makes a schedule and some of its runs. Returns whether it was confirmed. */
const work = async (trial: ScheduleTrial): Promise<boolean> => {
  try {
    await put(trial, 'a', PLAN);
  } catch {
    return false;
  }
  for (let hours = 0; hours < 2; hours++) await trial.pass(HOUR).catch(() => undefined);
  return true;
};

/** Works until the process stops in a call of the file system, and checks the runs after a restart; whether it stopped. */
const crashAt = async (index: number, ending: Ending): Promise<boolean> => {
  const disk = new LossyFileSystem();
  disk.fault = (call) => (call.index === index ? { kind: 'stop', takes: 0 } : undefined);
  const trial = await start(disk).catch(() => undefined);
  const isConfirmed = trial !== undefined && (await work(trial));
  const stopped = disk.calls > index;
  const survivor = disk.restart(ending);
  await trial?.end().catch(() => undefined);
  const after = await start(survivor);
  // As it was when the schedule was made.
  const begin = after.wallNow();
  await forgetIds(after);
  for (let minutes = 0; minutes < 3; minutes++) await after.pass(MINUTE);
  const times = timesOf(PLAN, [begin, after.wallNow()]);
  const ids = times.map((time) => idOfRun('a', time));
  const made = (await idsOf(after)).filter((id) => ids.includes(id));
  expect(isConfirmed || made.length > 0 ? made : ids).toEqual(ids);
  await after.end();
  return stopped;
};

describe('the runs of a schedule', () => {
  it.each<Ending>(['kill', 'power'])(
    'are made once, wherever a crash (%s) comes',
    async (ending) => {
      let index = 0;
      while (await crashAt(index, ending)) index++;
      expect(index).toBeGreaterThan(20);
    },
    300_000,
  );
});
