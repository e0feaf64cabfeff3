import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY, HOUR, MINUTE, type MissedRuns } from '@typed-queue/contracts';
import { MAX_SCHEDULES, MAX_SCHEDULES_BYTES } from '@typed-queue/contracts/wire';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDiskEngine } from '../../engine/disk/open-disk-engine.js';
import { openMemoryEngine } from '../../engine/memory/open-memory-engine.js';
import { SCHEDULE_LOG } from '../schedule-records.js';
import { DATABASE, FILES, ScheduleTrial, type OpenEngine } from '../schedule.fixture.js';
import { idOfRun, idsOf, put } from './recurring.fixture.js';

const HOURLY = { cron: '0 * * * *' };

let dir: string;
let trial: ScheduleTrial;
/** The next full hour after the start. */
let first: number;
const start = async (open: OpenEngine): Promise<void> => {
  trial = await ScheduleTrial.start(open);
  first = Math.ceil(trial.wallNow() / HOUR) * HOUR;
};
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'recurring-'));
});
afterEach(async () => {
  await trial.end();
  await rm(dir, { recursive: true });
});

const until = (time: number): Promise<void> => trial.pass(time - trial.wallNow());
const everybody = (): boolean => true;
const list = () => trial.schedule.recurring.list(everybody);
/** Runs by their times, in hours after the first. */
const runs = (name: string, hours: readonly number[], queue = FILES): readonly string[] =>
  hours.map((hour) => idOfRun(name, first + hour * HOUR, queue));

describe.each<[string, OpenEngine]>([
  ['memory', openMemoryEngine],
  ['disk', (options) => openDiskEngine({ ...options, dir })],
])('a schedule on the %s engine', (_name, open) => {
  beforeEach(() => start(open));

  it('publishes at each of its times, not a millisecond early', async () => {
    await put(trial, 'a', HOURLY);
    await until(first - 1);
    expect(await idsOf(trial)).toEqual([]);
    await until(first);
    expect(await trial.messages()).toMatchObject([
      { id: idOfRun('a', first), time: first, event: 'said', payload: { number: 1 } },
    ]);
    await until(first + HOUR);
    expect(await idsOf(trial)).toEqual(runs('a', [0, 1]));
  });

  it('publishes its headers, with key and priority', async () => {
    await put(trial, 'a', { ...HOURLY, headers: '{"key":"k","priority":"7"}' });
    await trial.reopen();
    await until(first);
    expect(await trial.messages()).toMatchObject([{ headers: { key: 'k', priority: '7' } }]);
    const [item] = await trial.engine.queue(FILES).read(1, 1);
    expect(item?.kind === 'frame' && item.frame.priority(0)).toBe(7);
  });

  it('goes on after a restart, and has its times', async () => {
    const status = await put(trial, 'a', HOURLY);
    expect(status).toMatchObject({ name: 'a', queue: FILES, nextAt: first, lastAt: null });
    await until(first);
    await trial.reopen();
    expect(list()).toEqual([{ ...status, nextAt: first + HOUR, lastAt: first }]);
    await until(first + HOUR);
    expect(await idsOf(trial)).toEqual(runs('a', [0, 1]));
  });

  it('is replaced by another of its name', async () => {
    await put(trial, 'a', HOURLY);
    await until(first);
    await put(trial, 'a', { cron: '30 * * * *', queue: DATABASE });
    await until(first + HOUR);
    expect(await idsOf(trial)).toEqual(runs('a', [0]));
    expect(await idsOf(trial, DATABASE)).toEqual(runs('a', [0.5], DATABASE));
    expect(list()).toHaveLength(1);
  });

  it('loses no run when it is put again as it is', async () => {
    await put(trial, 'a', { ...HOURLY, missed: 'all' });
    trial.time.now = first + 3 * HOUR;
    await put(trial, 'a', { ...HOURLY, missed: 'all' });
    await trial.pass(MINUTE);
    expect(await idsOf(trial)).toEqual(runs('a', [0, 1, 2, 3]));
  });

  it('makes what was due before it is replaced', async () => {
    await put(trial, 'a', HOURLY);
    trial.time.now = first;
    await put(trial, 'a', { cron: '30 * * * *' });
    await trial.pass(MINUTE);
    expect(await idsOf(trial)).toEqual(runs('a', [0]));
  });

  it('publishes nothing more when it is deleted, also after a restart', async () => {
    await put(trial, 'a', HOURLY);
    expect(await trial.schedule.recurring.delete('a', everybody)).toBe(true);
    expect(await trial.schedule.recurring.delete('a', everybody)).toBe(false);
    await trial.reopen();
    await until(first + HOUR);
    expect([await idsOf(trial), list()]).toEqual([[], []]);
  });

  it.each<[MissedRuns, readonly number[]]>([
    ['skip', [5]],
    ['once', [4, 5]],
    ['all', [0, 1, 2, 3, 4, 5]],
  ])('makes of runs that it missed in a pause what "%s" says', async (missed, hours) => {
    await put(trial, 'a', { ...HOURLY, missed });
    await trial.schedule.close();
    trial.time.now = first + 4.5 * HOUR;
    await trial.open();
    await trial.pass(MINUTE);
    await until(first + 5 * HOUR);
    expect(await idsOf(trial)).toEqual(runs('a', hours));
  });
});

describe('schedules', () => {
  beforeEach(() => start(openMemoryEngine));

  it('find out within a minute that the clock was set forth', async () => {
    await put(trial, 'a', { ...HOURLY, missed: 'all' });
    trial.wallAheadMs = first + 2 * HOUR - trial.time.now;
    await trial.pass(MINUTE);
    expect(await idsOf(trial)).toEqual(runs('a', [0, 1, 2]));
  });

  it('make no run again when the clock is set back', async () => {
    await put(trial, 'a', HOURLY);
    await until(first + HOUR);
    trial.wallAheadMs = -2 * HOUR;
    for (let hour = 0; hour < 2; hour++) await until(trial.wallNow() + HOUR);
    expect(await idsOf(trial)).toEqual(runs('a', [0, 1]));
    expect(list()).toMatchObject([{ nextAt: first + 2 * HOUR }]);
  });

  it('make a thousand runs and more one append after the other', async () => {
    await put(trial, 'a', { cron: '* * * * *', missed: 'all' });
    const begin = trial.wallNow();
    await trial.pass(2 * DAY);
    for (let minutes = 0; minutes < 3; minutes++) await trial.pass(MINUTE);
    const expected = Math.floor(trial.wallNow() / MINUTE) - Math.floor(begin / MINUTE);
    const ids = await idsOf(trial);
    expect([ids.length, new Set(ids).size]).toEqual([expected, expected]);
  });

  it('are listed by name, those that a client may see', async () => {
    await put(trial, 'b', HOURLY);
    await put(trial, 'a', { ...HOURLY, queue: DATABASE });
    expect(list().map(({ name }) => name)).toEqual(['a', 'b']);
    const { recurring } = trial.schedule;
    expect(recurring.list((queue) => queue === FILES).map(({ name }) => name)).toEqual(['b']);
  });

  it('of a queue that a client does not administer are neither replaced nor deleted by it', async () => {
    await put(trial, 'a', HOURLY);
    const nobody = (): boolean => false;
    await expect(trial.schedule.recurring.delete('a', nobody)).rejects.toMatchObject({ code: 'forbidden' });
    expect(list()).toHaveLength(1);
  });

  it('of a queue that the contract lacks wait until it has the queue', async () => {
    await put(trial, 'a', { ...HOURLY, missed: 'all' });
    trial.lacking.add(FILES);
    await trial.reopen();
    await until(first + HOUR);
    expect(await idsOf(trial)).toEqual([]);
    trial.lacking.clear();
    await trial.reopen();
    await trial.pass(MINUTE);
    expect(await idsOf(trial)).toEqual(runs('a', [0, 1]));
  });

  it('of a queue that the contract lacks are reported at the start, and once more when the first run is missed', async () => {
    await put(trial, 'a', HOURLY);
    await put(trial, 'b', { ...HOURLY, queue: DATABASE });
    expect(trial.resting).toEqual([]);
    trial.lacking.add(FILES);
    await trial.reopen();
    const resting = { name: 'a', queue: FILES };
    expect(trial.resting).toEqual([[{ ...resting, missedAt: null }]]);
    await until(first);
    expect(trial.resting.slice(1)).toEqual([[{ ...resting, missedAt: first }]]);
    await until(first + 3 * HOUR);
    expect(trial.resting).toHaveLength(2);
    expect(await idsOf(trial, DATABASE)).toContain(idOfRun('b', first, DATABASE));
  });

  it('that missed a run already are reported once when the server starts', async () => {
    await put(trial, 'a', HOURLY);
    trial.lacking.add(FILES);
    await trial.schedule.close();
    trial.time.pass(2 * HOUR);
    await trial.open();
    await trial.pass(2 * HOUR);
    expect(trial.resting).toEqual([[{ name: 'a', queue: FILES, missedAt: first }]]);
  });

  it('are at most a thousand; each may still be replaced', async () => {
    const names = Array.from({ length: MAX_SCHEDULES }, (_, index) => `s${index}`);
    await Promise.all(names.map((name) => put(trial, name, HOURLY)));
    const refused = { code: 'overloaded', details: { limit: MAX_SCHEDULES } };
    await expect(put(trial, 'more', HOURLY)).rejects.toMatchObject(refused);
    expect(await put(trial, 's1', { cron: '1 * * * *' })).toMatchObject({ name: 's1' });
  });

  it('are at most 8 MiB together', async () => {
    const payload = JSON.stringify('x'.repeat(1_000_000));
    for (let number = 0; number < 8; number++) await put(trial, `s${number}`, { ...HOURLY, payload });
    const refused = { code: 'overloaded', details: { limit: MAX_SCHEDULES_BYTES } };
    await expect(put(trial, 'more', { ...HOURLY, payload })).rejects.toMatchObject(refused);
  });

  it('are not changed by a server that shuts down', async () => {
    await trial.schedule.close();
    await expect(put(trial, 'a', HOURLY)).rejects.toMatchObject({ code: 'draining' });
  });

  it('try again what could not be stored, and make each run once', async () => {
    await put(trial, 'a', HOURLY);
    let fails = 2;
    trial.publish = async (queue, frame) => {
      if (fails-- > 0) throw new Error('disk full');
      return trial.engine.queue(queue).append(frame);
    };
    await until(first);
    for (let minutes = 0; minutes < 5; minutes++) await trial.pass(MINUTE);
    expect(await idsOf(trial)).toEqual(runs('a', [0]));
  });

  it('that run seldom do not keep the log', async () => {
    await trial.schedule.close();
    trial.minCopiedBytes = 4_000;
    await trial.open();
    await put(trial, 'yearly', { cron: '0 0 1 1 *' });
    await put(trial, 'often', { cron: '*/5 * * * *', missed: 'all' });
    await trial.pass(HOUR);
    for (let hours = 0; hours < 24; hours++) await trial.pass(HOUR);
    const { lastSeq } = trial.engine.queue(SCHEDULE_LOG.name).head();
    expect(trial.schedule.recurring.firstStoredSeq).toBeGreaterThan(lastSeq / 2);
    await trial.reopen();
    expect(list().map(({ name }) => name)).toEqual(['often', 'yearly']);
  });
});
