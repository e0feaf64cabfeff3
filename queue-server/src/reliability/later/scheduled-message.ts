/**
 * none       nobody tried to cancel it
 * cancelled  the server said that it waited: it is never published
 * too-late   the server said that it did not wait: it is published
 * unknown    an answer was lost, and the next one may speak of what was cancelled then
 */
export type Cancellation = 'none' | 'cancelled' | 'too-late' | 'unknown';

/** A message with a receipt. All times are milliseconds since 1970, by the one clock of this machine. */
export interface ScheduledMessage {
  readonly id: string;
  readonly queue: string;
  /** When it was sent for the first time. */
  readonly sentAt: number;
  /** When its receipt came. */
  readonly confirmedAt: number;
  /** When it is due at the earliest: before `dueAt` where a delay was sent again after the message may have been published. */
  readonly dueFrom: number;
  /** What the receipt says. */
  readonly dueAt: number;
  readonly cancellation: Cancellation;
}

/** A message as it is in the log of its queue. */
export interface LoggedMessage {
  readonly id: string;
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}
