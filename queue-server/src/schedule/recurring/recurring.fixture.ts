import type { MissedRuns, ScheduleStatus } from '@typed-queue/contracts';
import { dedupeId } from '@typed-queue/contracts/wire';
import { Cron } from 'croner';
import { FILES, type ScheduleTrial } from '../schedule.fixture.js';

/** Of a schedule that publishes to a queue of a trial. */
export interface Plan {
  readonly cron: string;
  readonly timeZone?: string;
  readonly missed?: MissedRuns;
  readonly queue?: string;
  readonly payload?: string;
  readonly headers?: string;
}

export const put = (trial: ScheduleTrial, name: string, plan: Plan): Promise<ScheduleStatus> => {
  const { cron, timeZone = 'UTC', missed = 'once', queue = FILES, payload = '{"number":1}', headers } = plan;
  const draft = { event: 'said', payload, ...(headers === undefined ? {} : { headers }) };
  return trial.schedule.recurring.put(name, { cron, timeZone, missed, queue, draft }, () => true);
};

/** The id of a run, by its time. */
export const idOfRun = (name: string, time: number, queue = FILES): string =>
  dedupeId(queue, `schedule ${name} ${time}`);

/** The times after one up to another, as croner lists them. */
export const timesOf = (
  { cron, timeZone = 'UTC' }: Plan,
  [after, until]: readonly [number, number],
): readonly number[] => {
  const job = new Cron(cron, { timezone: timeZone, paused: true });
  const times: number[] = [];
  for (let next = job.nextRun(new Date(after)); next !== null && next.getTime() <= until;) {
    times.push(next.getTime());
    next = job.nextRun(next);
  }
  return times;
};

/** The ids of what a queue has, in order. */
export const idsOf = async (trial: ScheduleTrial, queue = FILES): Promise<readonly string[]> =>
  (await trial.messages(queue)).map(({ id }) => id);
