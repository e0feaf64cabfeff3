import { Cron } from 'croner';
import { QueueError } from '@typed-queue/contracts';

/** The times of a schedule. All are whole seconds, in milliseconds since 1970. */
export interface Calendar {
  /** The first one after a time; undefined: there is none. */
  next(after: number): number | undefined;
}

/** When a schedule runs. */
export interface Times {
  readonly cron: string;
  readonly timeZone: string;
}

/** @throws QueueError `request_invalid`, naming `cron` or `timeZone` */
export const calendarOf = ({ cron, timeZone }: Times): Calendar => {
  checkZone(timeZone);
  // Croner takes other forms as well, such as a date.
  const length = cron.match(/\S+/g)?.length ?? 0;
  if (length !== 5 && length !== 6) throw wrongPattern(cron, `it has ${length}`);
  const job = jobOf(cron, timeZone);
  return {
    next(after) {
      const time = job.nextRun(new Date(after))?.getTime();
      return time === undefined || time > after ? time : job.nextRun(new Date(after + 1_000))?.getTime();
    },
  };
};

const jobOf = (cron: string, timezone: string): Cron => {
  try {
    return new Cron(cron, { timezone, mode: '5-or-6-parts', paused: true });
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error));
    throw wrongPattern(cron, message.replace(/^\w+: /, ''));
  }
};

const checkZone = (timeZone: string): void => {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (cause) {
    throw new QueueError(
      'request_invalid',
      `The timeZone of a schedule is an IANA name, such as "Europe/Berlin", or "UTC", not ${JSON.stringify(timeZone)}.`,
      { details: { field: 'timeZone', value: timeZone }, cause },
    );
  }
};

const wrongPattern = (cron: string, why: string): QueueError =>
  new QueueError(
    'request_invalid',
    `The cron of a schedule has 5 fields (minute, hour, day, month, day of the week), or 6 with the second before them, not ${JSON.stringify(cron)}: ${why}.`,
    { details: { field: 'cron', value: cron } },
  );

/** The first time after now. @throws QueueError `request_invalid` when it never comes */
export const firstRun = (calendar: Calendar, { cron, timeZone }: Times, now: number): number => {
  const time = calendar.next(now);
  if (time !== undefined) return time;
  throw new QueueError(
    'request_invalid',
    `The cron of a schedule names a time that comes, but ${JSON.stringify(cron)} never does in ${timeZone}.`,
    { details: { field: 'cron', value: cron } },
  );
};
