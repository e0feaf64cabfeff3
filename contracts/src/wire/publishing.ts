import type { Contract, EventName, Payload, QueueName } from '../contract.js';
import type { Headers } from '../message.js';

/**
 * A message in the plain JSON form. Without an id or a dedupe key the server makes an id, and a resend is no duplicate.
 */
export type Publication<C extends Contract, Q extends QueueName<C>> = {
  [E in EventName<C, Q>]: {
    readonly event: E;
    readonly payload: Payload<C, Q, E>;
    /** A UUID. */
    readonly id?: string;
    /** In place of an id: any text of 1 to 255 bytes, see `dedupeId`. */
    readonly dedupeKey?: string;
    readonly headers?: Headers;
  };
}[EventName<C, Q>];
