import { MINUTE, type MissedRuns } from '@typed-queue/contracts';
import type { Calendar } from './calendar.js';

/** The most runs that `all` makes after a pause. */
export const MAX_MISSED_RUNS = 10_000;
/** A run that is later is missed. */
const LATE_MS = MINUTE;

export interface Progress {
  /** All runs up to here were made, or never will be. */
  readonly through: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly missed: MissedRuns;
}

export interface DueRuns {
  /** Those to make, in order. */
  readonly runs: readonly number[];
  /** When they are made, all runs up to here were, or never will be. */
  readonly through: number;
}

/** Lets others work between the steps of a long computation. */
export type Pause = () => Promise<unknown>;

/** Runs that are found without a pause: each takes about 0.1 ms. */
const RUNS_AT_ONCE = 100;

/** What to make now of the runs since the last ones. Undefined: none was due. */
export const dueRuns = async (
  calendar: Calendar,
  { through, now, missed }: Progress,
  pause: Pause,
): Promise<DueRuns | undefined> => {
  if ((calendar.next(through) ?? Infinity) > now) return undefined;
  const late = Math.max(through, now - LATE_MS);
  const runs = [
    ...(await missedRuns(calendar, { through, now: late, missed }, pause)),
    ...(await between(calendar, [late, now], pause)),
  ];
  return { runs, through: runs.at(-1) ?? late };
};

const missedRuns = async (
  calendar: Calendar,
  { through, now, missed }: Progress,
  pause: Pause,
): Promise<readonly number[]> => {
  switch (missed) {
    case 'skip':
      return [];
    case 'once':
      return lastRun(calendar, through, now);
    case 'all':
      return lastRuns(calendar, [through, now], pause);
    default:
      missed satisfies never;
      return [];
  }
};

/** The runs after a time, up to another. */
const between = async (
  calendar: Calendar,
  [after, until]: readonly [number, number],
  pause: Pause,
): Promise<number[]> => {
  const runs: number[] = [];
  for (let run = calendar.next(after); run !== undefined && run <= until; run = calendar.next(run)) {
    runs.push(run);
    if (runs.length % RUNS_AT_ONCE === 0) await pause();
  }
  return runs;
};

/** Halves the time in which it must be: there may be many runs before it. */
const lastRun = (calendar: Calendar, after: number, until: number): readonly number[] => {
  let found = calendar.next(after);
  if (found === undefined || found > until) return [];
  // No run is after `end`.
  let end = until;
  while (found < end) {
    const middle = Math.floor((found + end) / 2);
    const next = calendar.next(middle);
    if (next !== undefined && next <= until) found = next;
    else end = middle;
  }
  return [found];
};

/** From the end back, in ever longer steps: before the last ones, there may be many more. */
const lastRuns = async (
  calendar: Calendar,
  [after, until]: readonly [number, number],
  pause: Pause,
): Promise<readonly number[]> => {
  let runs: readonly number[] = [];
  let start = until;
  for (let step = LATE_MS; start > after && runs.length < MAX_MISSED_RUNS; step *= 2) {
    const end = start;
    start = Math.max(after, end - step);
    runs = [...(await between(calendar, [start, end], pause)), ...runs];
  }
  return runs.slice(-MAX_MISSED_RUNS);
};
