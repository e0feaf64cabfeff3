import type { Contract, EventName, Payload, QueueName } from '../contract.js';
import type { Headers } from '../message.js';
import type { Publishable } from '../payload.js';

/**
 * A message in the plain JSON form. Without an id or a dedupe key the server makes an id, and a resend is no duplicate.
 * Of several queues: a message of any of them.
 */
export type Publication<C extends Contract, Q extends QueueName<C>, H = Headers> = {
  [N in Q]: {
    [E in EventName<C, N>]: {
      readonly event: E;
      readonly payload: Publishable<Payload<C, N, E>>;
      /** A UUID. */
      readonly id?: string | undefined;
      /** In place of an id: any text of 1 to 255 bytes, see `dedupeId`. */
      readonly dedupeKey?: string | undefined;
      readonly headers?: H | undefined;
    };
  }[EventName<C, N>];
}[Q];

/** When a message is published: after a delay since the request arrives, or at a time; at most a year ahead. */
export type ScheduledTime =
  | { readonly delayMs: number; readonly deliverAt?: undefined }
  /** Milliseconds since 1970. */
  | { readonly deliverAt: number; readonly delayMs?: undefined };

/** A message for later, in the plain JSON form. */
export type ScheduledPublication<C extends Contract, Q extends QueueName<C>> = Publication<C, Q> &
  ScheduledTime;
