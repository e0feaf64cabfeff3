import type { Contract, EventName, Payload, QueueName } from '../contract.js';
import type { Headers } from '../message.js';

/** A message as the plain JSON form publishes it. Without an id the server makes one, and a resend is no duplicate. */
export type Publication<C extends Contract, Q extends QueueName<C>> = {
  [E in EventName<C, Q>]: {
    readonly event: E;
    readonly payload: Payload<C, Q, E>;
    readonly id?: string;
    readonly headers?: Headers;
  };
}[EventName<C, Q>];
