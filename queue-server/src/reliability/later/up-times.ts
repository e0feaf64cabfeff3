import type { LoggedMessage, ScheduledMessage } from './scheduled-message.js';

/** A time in which the server listened, in milliseconds since 1970. */
export interface UpTime {
  readonly from: number;
  readonly to: number;
}

/** How many there are, and how late in milliseconds: of 100 numbers 50, 90, 99 are less. */
export interface Lateness {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export const latenessOf = (values: readonly number[]): Lateness => {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (part: number): number => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
};

/** What was published late, from its due time on, or from when the server listened again after it. */
export interface Late {
  /** Due while the server listened, and published before it was killed. */
  readonly up: Lateness;
  /** Due while the server was down, or published only by the next one. */
  readonly afterStart: Lateness;
}

/** How late messages were that waited before they were due. */
export const lateIn = (
  scheduled: readonly ScheduledMessage[],
  log: readonly LoggedMessage[],
  upTimes: readonly UpTime[],
): Late => {
  const times = new Map(log.map(({ id, time }) => [id, time]));
  const up: number[] = [];
  const afterStart: number[] = [];
  for (const { id, dueAt, confirmedAt } of scheduled) {
    const time = times.get(id);
    if (time === undefined || confirmedAt >= dueAt) continue;
    const upTime = upTimes.findLast(({ from }) => from <= time);
    // What a server publishes at its start, before it listens, waits for nobody.
    if (upTime === undefined || time > upTime.to) afterStart.push(0);
    else if (upTime.from <= dueAt) up.push(time - dueAt);
    else afterStart.push(time - upTime.from);
  }
  return { up: latenessOf(up), afterStart: latenessOf(afterStart) };
};
