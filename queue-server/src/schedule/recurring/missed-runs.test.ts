import { describe, expect, it } from '@jest/globals';
import { HOUR, MINUTE, SECOND, type MissedRuns } from '@typed-queue/contracts';
import type { Calendar } from './calendar.js';
import { dueRuns, MAX_MISSED_RUNS, type DueRuns } from './missed-runs.js';

/** At each multiple. */
const each = (ms: number): Calendar => ({ next: (after) => (Math.floor(after / ms) + 1) * ms });
const at = (...times: readonly number[]): Calendar => ({
  next: (after) => times.find((time) => time > after),
});

let pauses = 0;
const due = (
  calendar: Calendar,
  missed: MissedRuns,
  [through, now]: readonly [number, number],
): Promise<DueRuns | undefined> =>
  dueRuns(calendar, { through, now, missed }, async () => {
    pauses++;
  });

const POLICIES = ['skip', 'once', 'all'] as const;

describe.each(POLICIES)('runs that are due, with missed "%s",', (missed) => {
  it('are none before their time', async () => {
    expect(await due(each(HOUR), missed, [0, HOUR - 1])).toBeUndefined();
  });

  it('are made up to a minute late', async () => {
    const late = [HOUR, HOUR + MINUTE - 1] as const;
    expect(await due(each(HOUR), missed, [0, late[0]])).toEqual({ runs: [HOUR], through: HOUR });
    expect(await due(each(HOUR), missed, [0, late[1]])).toEqual({ runs: [HOUR], through: HOUR });
  });

  it('are each made when there are several in a minute', async () => {
    const runs = [1, 2, 3].map((n) => n * 10 * SECOND);
    expect(await due(each(10 * SECOND), missed, [0, 35 * SECOND])).toEqual({ runs, through: 30 * SECOND });
  });

  it('do not come again when the clock is set back', async () => {
    expect(await due(each(HOUR), missed, [5 * HOUR, 3 * HOUR])).toBeUndefined();
  });

  it('are none when there are no more times', async () => {
    expect(await due(at(1, 2), missed, [2, HOUR])).toBeUndefined();
  });
});

describe('runs that are missed', () => {
  const now = 5 * HOUR + 30 * MINUTE;

  it('are not made with "skip", and never will be', async () => {
    expect(await due(each(HOUR), 'skip', [0, now])).toEqual({ runs: [], through: now - MINUTE });
  });

  it('make one with "once", the last', async () => {
    expect(await due(each(HOUR), 'once', [0, now])).toEqual({ runs: [5 * HOUR], through: 5 * HOUR });
  });

  it('are all made with "all", in order', async () => {
    const runs = [1, 2, 3, 4, 5].map((n) => n * HOUR);
    expect(await due(each(HOUR), 'all', [0, now])).toEqual({ runs, through: 5 * HOUR });
  });

  it.each<[MissedRuns, readonly number[]]>([
    ['skip', [2 * HOUR]],
    ['once', [HOUR, 2 * HOUR]],
    ['all', [HOUR, 2 * HOUR]],
  ])('come before one that is due now, with "%s"', async (missed, runs) => {
    expect(await due(each(HOUR), missed, [0, 2 * HOUR])).toEqual({ runs, through: 2 * HOUR });
  });

  it('are found where they are rare', async () => {
    const rare = at(HOUR, 7 * HOUR, 1_000 * HOUR);
    expect(await due(rare, 'once', [0, 900 * HOUR])).toMatchObject({ runs: [7 * HOUR] });
    expect(await due(rare, 'all', [0, 900 * HOUR])).toMatchObject({ runs: [HOUR, 7 * HOUR] });
  });

  it('are the last 10,000 with "all", and others work meanwhile', async () => {
    const before = pauses;
    const end = 100_000 * SECOND;
    const found = await due(each(SECOND), 'all', [0, end]);
    const missed = found?.runs.filter((run) => run <= end - MINUTE) ?? [];
    expect(missed).toHaveLength(MAX_MISSED_RUNS);
    expect([missed.at(-1), found?.through]).toEqual([end - MINUTE, end]);
    expect(pauses).toBeGreaterThan(before);
  });
});
