import type { Headers } from '../message.js';

/**
 * What becomes of runs that are more than a minute late, since the server did not run or its clock was set forth: `skip`
 * makes none of them, `once` the last one, `all` each (of the last 10,000).
 */
export type MissedRuns = 'skip' | 'once' | 'all';

/** When a schedule publishes. */
interface ScheduleTimes {
  /** Minute, hour, day of the month, month, day of the week; six fields begin with the second. */
  readonly cron: string;
  /** An IANA name, `Europe/Berlin`. Default: `UTC`. */
  readonly timeZone?: string | undefined;
  /** Default: `once`. */
  readonly missed?: MissedRuns | undefined;
}

/** A schedule, in the plain JSON form. */
export interface ScheduleDefinition extends ScheduleTimes {
  readonly event: string;
  readonly payload: unknown;
  readonly headers?: Headers | undefined;
}

/** A schedule of a server. */
export interface ScheduleStatus<Queue extends string = string> extends Required<ScheduleDefinition> {
  readonly name: string;
  readonly queue: Queue;
  readonly timeZone: string;
  readonly missed: MissedRuns;
  readonly headers: Headers;
  /** Of the next run, in milliseconds since 1970; null: there is none. */
  readonly nextAt: number | null;
  /** Of the last run that was made, as `nextAt`; null: none was. */
  readonly lastAt: number | null;
}

/** The answer to `schedules:delete`. */
export interface ScheduleDeleted {
  /** False: there was no schedule of this name. */
  readonly deleted: boolean;
}
