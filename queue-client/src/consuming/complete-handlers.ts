import type { Contract, EventFailure, EventMessage, EventName, QueueName } from '@typed-queue/contracts';
import type { MessageHandler } from './handler.js';

/** A map of handlers as it was given: some may be forgotten. */
export type GivenHandlers<C extends Contract, Q extends QueueName<C>, E extends EventName<C, Q>> = {
  readonly [X in E]?: MessageHandler<EventMessage<C, Q, X>, EventFailure<C, Q, X>>;
};

/**
 * What a handler with the keys `K` must be as well: as a map it has one for each event, and no other. The keys are a
 * parameter so that generic code may pass maps on.
 */
export type Complete<H, K extends PropertyKey, E extends string> = H extends (...args: never) => unknown
  ? unknown
  : [K] extends [E]
    ? EveryEvent<E>
    : { readonly [X in K]: X extends E ? unknown : NoSuchEvent<E> };

// Errors show the names of these two; that of a record would hide it.
// eslint-disable-next-line @typescript-eslint/consistent-indexed-object-style
type EveryEvent<E extends string> = { readonly [X in E]: unknown };

interface NoSuchEvent<E extends string> {
  readonly 'there is no such event, only': E;
}
