import type { MissedRuns, ScheduleStatus } from '@typed-queue/contracts';
import type { Schedule } from '@typed-queue/queue-client';

/** A schedule as its form has it, without the payload. */
export interface ScheduleDraft {
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly queue: string;
  /** Empty: none was chosen. */
  readonly event: string;
  readonly missed: MissedRuns;
}

const EMPTY: ScheduleDraft = { name: '', cron: '', timeZone: 'UTC', queue: '', event: '', missed: 'once' };

/** What a form begins with. `schedule`: that it replaces. */
export const draftOf = (schedule: ScheduleStatus | undefined): ScheduleDraft => {
  if (schedule === undefined) return EMPTY;
  const { name, cron, timeZone, queue, event, missed } = schedule;
  return { name, cron, timeZone, queue, event, missed };
};

/** What the payload of an event begins with: that of the schedule, where it has the event; undefined: a new one. */
export const firstPayloadOf = (
  schedule: ScheduleStatus | undefined,
  { queue, event }: Pick<ScheduleDraft, 'queue' | 'event'>,
): unknown => (schedule?.queue === queue && schedule.event === event ? schedule.payload : undefined);

/** What the server is given. Headers, which the form does not show, stay. */
export const scheduleOf = (
  { cron, timeZone, queue, event, missed }: ScheduleDraft,
  payload: unknown,
  replaced: ScheduleStatus | undefined,
): Schedule<string, string, unknown> => ({
  cron: cron.trim(),
  timeZone: timeZone.trim() === '' ? undefined : timeZone.trim(),
  queue,
  event,
  payload,
  headers: replaced?.headers,
  missed,
});

/** What is still to be filled in; undefined: nothing. */
export const lackText = ({ name, cron }: ScheduleDraft): string | undefined => {
  if (name.trim() === '') return 'Give it a name.';
  return cron.trim() === '' ? 'Write when it runs: its cron.' : undefined;
};
