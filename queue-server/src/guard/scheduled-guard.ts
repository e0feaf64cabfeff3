import { QueueError } from '@typed-queue/contracts';
import { MAX_SCHEDULE_MS, MAX_TIME_MS, type Draft, type ScheduledTime } from '@typed-queue/contracts/wire';
import { guardPublication } from './publication-guard.js';
import type { MessageSizes } from './message-guard.js';
import type { PublishableEvents } from './publishable-events.js';

/** A message for later that may be stored. */
export interface GuardedForLater {
  readonly draft: Draft;
  readonly time: ScheduledTime;
}

/**
 * Checks a message for later in the plain JSON form: one of `delayMs` and `deliverAt`, and the rest as of any message.
 * @throws QueueError `request_invalid` for its time; see `guardPublication`
 */
export const guardScheduled = (
  events: PublishableEvents,
  input: unknown,
  sizes: MessageSizes,
): GuardedForLater => {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new QueueError(
      'message_invalid',
      'A message for later is an object { event, payload, delayMs or deliverAt, id?, dedupeKey?, headers? }.',
    );
  }
  // Safe: an object; its fields are looked at one by one.
  const { delayMs, deliverAt, ...message } = input as Readonly<Record<string, unknown>>;
  return { time: timeOf(delayMs, deliverAt), draft: guardPublication(events, message, sizes) };
};

/** Whether a time is too far ahead, the clock says. */
const timeOf = (delayMs: unknown, deliverAt: unknown): ScheduledTime => {
  if ((delayMs === undefined) === (deliverAt === undefined)) {
    const both = delayMs === undefined ? 'it has none of them' : 'it has both';
    throw wrongTime('delayMs', `A message for later has delayMs or deliverAt, one of them: ${both}.`);
  }
  if (deliverAt !== undefined) {
    if (isTime(deliverAt)) return { deliverAt };
    throw wrongTime('deliverAt', 'deliverAt is a whole number of milliseconds since 1970.');
  }
  if (isTime(delayMs) && delayMs <= MAX_SCHEDULE_MS) return { delayMs };
  throw wrongTime('delayMs', `delayMs is a whole number of milliseconds, 0 to ${MAX_SCHEDULE_MS} (a year).`);
};

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= MAX_TIME_MS;

const wrongTime = (field: string, text: string): QueueError =>
  new QueueError('request_invalid', text, { details: { field } });
