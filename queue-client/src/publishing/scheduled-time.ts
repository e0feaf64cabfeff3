import { MAX_SCHEDULE_MS, MAX_TIME_MS, type ScheduledTime } from '@typed-queue/contracts/wire';
import { invalidArgument } from '../argument-check.js';
import type { ScheduleOptions } from './publish-options.js';

/**
 * When a message is published. `now`: milliseconds of a monotonic clock, by which a delay counts from now on.
 * Undefined: at once, the options have no time.
 * @throws QueueError `request_invalid`
 */
export const scheduledTime = (
  { delayMs, deliverAt, expectedSeq }: ScheduleOptions,
  now: () => number,
): (() => ScheduledTime) | undefined => {
  if (delayMs === undefined && deliverAt === undefined) return undefined;
  if (delayMs !== undefined && deliverAt !== undefined)
    throw wrong('deliverAt', 'a message has delayMs or deliverAt, not both.');
  if (expectedSeq !== undefined)
    throw wrong('expectedSeq', 'no seq can be expected of a message that is published later.');
  if (deliverAt !== undefined) {
    const time = { deliverAt: timeOf(deliverAt) };
    return () => time;
  }
  return remaining(delayOf(delayMs), now);
};

const remaining = (delayMs: number, now: () => number): (() => ScheduledTime) => {
  const end = now() + delayMs;
  // Rounded up: it must not be early.
  return () => ({ delayMs: Math.min(MAX_SCHEDULE_MS, Math.max(0, Math.ceil(end - now()))) });
};

const delayOf = (delayMs: unknown): number => {
  if (typeof delayMs === 'number' && delayMs >= 0 && delayMs <= MAX_SCHEDULE_MS) return delayMs;
  throw wrong('delayMs', `delayMs is a number of milliseconds, 0 to ${MAX_SCHEDULE_MS} (a year).`);
};

/** How far ahead it may be, the server says, by its clock. */
const timeOf = (deliverAt: unknown): number => {
  const time = deliverAt instanceof Date ? deliverAt.getTime() : deliverAt;
  if (typeof time === 'number' && time >= 0 && time <= MAX_TIME_MS) return Math.ceil(time);
  throw wrong('deliverAt', 'deliverAt is a valid Date, or a number of milliseconds since 1970.');
};

const wrong = (field: string, text: string) => invalidArgument('publish', text, { field });
