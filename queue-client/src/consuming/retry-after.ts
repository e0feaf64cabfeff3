import { DAY, QueueError } from '@typed-queue/contracts';

const MAX_DELAY_MS = 365 * DAY;

/** Thrown by a handler: the message goes out again after this delay, whatever the group's back-off says. */
export class RetryAfter extends Error {
  override readonly name = 'RetryAfter';
  readonly delayMs: number;

  /** @throws QueueError `request_invalid` for a delay that is no number from 0 to a year, in milliseconds. */
  constructor(delayMs: number, reason = `again after ${delayMs} ms`) {
    super(reason);
    if (!(delayMs >= 0 && delayMs <= MAX_DELAY_MS)) {
      const text = `RetryAfter takes milliseconds, 0 to ${MAX_DELAY_MS} (a year), not ${delayMs}.`;
      throw new QueueError('request_invalid', text, { details: { delayMs } });
    }
    this.delayMs = Math.ceil(delayMs);
  }
}
