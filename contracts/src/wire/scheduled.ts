import type { Headers } from '../message.js';

/** A message that waits until it is due. It has no seq yet. */
export interface ScheduledMessage<Queue extends string = string> {
  readonly id: string;
  readonly queue: Queue;
  readonly event: string;
  /** Milliseconds since 1970, by the clock of the server. */
  readonly dueAt: number;
}

/** The same with all that it has. */
export interface ScheduledReport<Queue extends string = string> extends ScheduledMessage<Queue> {
  readonly payload: unknown;
  readonly headers: Headers;
}

/** A page of the messages that wait for a queue. */
export interface ScheduledQuery {
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** Default: 100; most: 1,000. */
  readonly limit?: number | undefined;
}

/** In the order in which they will be published. */
export interface ScheduledPage<Queue extends string = string> {
  readonly messages: readonly ScheduledMessage<Queue>[];
  /** Ask again with this as `after`; null: there are no more. */
  readonly next: string | null;
}

/** The answer to `scheduled:cancel`. */
export interface Cancelled {
  /** False: no such message waits. It was published or cancelled before, or never scheduled. */
  readonly cancelled: boolean;
}
