import type { Headers, ScheduleStatus } from '@typed-queue/contracts';
import { calendarOf, type Calendar } from './calendar.js';
import type { DueRuns } from './missed-runs.js';
import type { RecurringRecord } from './recurring-record.js';

/** A schedule that is in the log. */
export class RecurringSchedule {
  /** Of its latest record. */
  storedSeq: number;
  /** Undefined: this machine cannot compute its times any more. */
  readonly calendar: Calendar | undefined;
  /** Runs that are made in several appends, and those of them that are not made yet. */
  due: DueRuns | undefined;
  #record: RecurringRecord;
  #nextAt: number | undefined;

  constructor(record: RecurringRecord, storedSeq: number, calendar: Calendar | undefined) {
    this.#record = record;
    this.storedSeq = storedSeq;
    this.calendar = calendar;
    this.#nextAt = calendar?.next(record.through);
  }

  /** A time zone that was known may be no more. */
  static recovered(
    record: RecurringRecord,
    storedSeq: number,
    onError: (error: unknown) => void,
  ): RecurringSchedule {
    try {
      return new RecurringSchedule(record, storedSeq, calendarOf(record.definition));
    } catch (error) {
      onError(
        new Error(`the schedule "${record.name}" makes no runs: its times are not known any more`, {
          cause: error,
        }),
      );
      return new RecurringSchedule(record, storedSeq, undefined);
    }
  }

  get record(): RecurringRecord {
    return this.#record;
  }

  /** Of the next run that is not made. Undefined: there is none. */
  get nextAt(): number | undefined {
    return this.#nextAt;
  }

  /** Runs were made. */
  advance(record: RecurringRecord, storedSeq: number, due: DueRuns | undefined): void {
    this.#record = record;
    this.storedSeq = storedSeq;
    this.due = due;
    this.#nextAt = due?.runs[0] ?? this.calendar?.next(record.through);
  }
}

export const statusOf = ({ record, nextAt }: RecurringSchedule): ScheduleStatus => {
  const { name, lastAt, definition } = record;
  const { queue, event, cron, timeZone, missed, payload, headers = '{}' } = definition;
  return {
    name,
    queue,
    event,
    cron,
    timeZone,
    missed,
    lastAt,
    nextAt: nextAt ?? null,
    payload: JSON.parse(payload) as unknown,
    // Safe: the text of headers.
    headers: JSON.parse(headers) as Headers,
  };
};
