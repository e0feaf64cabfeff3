import type { RecurringSchedules } from './recurring/recurring-schedules.js';
import type { Sender } from './sender.js';
import type { WaitingMessages } from './waiting-messages.js';

/** What is measured of messages that are published later, by queue where it is a map. Nothing is read for it. */
export interface ScheduleFigures {
  /** How many wait, of queues for which any does. */
  readonly waiting: ReadonlyMap<string, number>;
  /** How many were sent since the start. */
  readonly sent: ReadonlyMap<string, number>;
  /** How many are published again and again. */
  readonly schedules: ReadonlyMap<string, number>;
  /** By how long the first is late that is due, and whose queue the contract has; 0: none is due. */
  readonly lateMs: number;
}

interface Measured {
  readonly waiting: Pick<WaitingMessages, 'counts' | 'nextDueAt'>;
  readonly sender: Pick<Sender, 'sentCounts' | 'firstDueAt'>;
  readonly recurring: Pick<RecurringSchedules, 'counts' | 'nextAt'>;
}

/** `now`: milliseconds since 1970. */
export const figuresOf = ({ waiting, sender, recurring }: Measured, now: number): ScheduleFigures => {
  const firstDueAt = Math.min(waiting.nextDueAt ?? Infinity, sender.firstDueAt, recurring.nextAt ?? Infinity);
  return {
    waiting: waiting.counts,
    sent: sender.sentCounts,
    schedules: recurring.counts,
    lateMs: Math.max(0, now - firstDueAt),
  };
};
