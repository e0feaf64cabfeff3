import { QueueError } from '@typed-queue/contracts';
import { MAX_SCHEDULE_MS, type ScheduledTime } from '@typed-queue/contracts/wire';

/** In milliseconds since 1970, as `now`. @throws QueueError `request_invalid` more than a year ahead */
export const dueTimeOf = ({ delayMs, deliverAt }: ScheduledTime, now: number): number => {
  const dueAt = deliverAt ?? now + delayMs;
  if (dueAt <= now + MAX_SCHEDULE_MS) return dueAt;
  throw new QueueError(
    'request_invalid',
    `A message may wait for a year, not until ${new Date(dueAt).toISOString()}: by the clock of the server it is ${new Date(now).toISOString()}.`,
    { details: { field: deliverAt === undefined ? 'delayMs' : 'deliverAt', dueAt, now } },
  );
};
