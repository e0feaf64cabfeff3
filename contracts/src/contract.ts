import type { StandardSchemaV1 } from '@standard-schema/spec';
import { QueueError } from './errors.js';
import type { FailureDeclaration } from './failures.js';
import type { MessageOf } from './message.js';
import type { PayloadSchema } from './payload-schema.js';
import type { AnyQueue, QueueDefinition } from './queue.js';

/** All queues that two parties agree on. Every type below is inferred from it. */
export type Contract = Readonly<Record<string, AnyQueue>>;

export type QueueName<C extends Contract> = keyof C & string;

/** The events of a queue; of several queues, all of theirs. */
export type EventName<C extends Contract, Q extends QueueName<C>> = {
  [N in Q]: keyof C[N]['events'] & string;
}[Q];

/** The calls of a queue; of several queues, all of theirs. */
export type CallName<C extends Contract, Q extends QueueName<C>> = {
  [N in Q]: keyof NonNullable<C[N]['calls']> & string;
}[Q];

/** The events of a queue; of several queues, those that each of them has. */
export type CommonEventName<C extends Contract, Q extends QueueName<C>> = keyof C[Q]['events'] & string;

/** The payload of an event; of several events or queues, a union. */
export type Payload<C extends Contract, Q extends QueueName<C>, E extends EventName<C, Q>> = {
  [N in Q]: PayloadIn<C[N], E>;
}[Q];

type PayloadIn<Queue extends QueueDefinition, E extends string> = StandardSchemaV1.InferOutput<
  Queue['events'][E & keyof Queue['events']]
>;

/**
 * What may be published to queues and events that are only known as unions: a payload that is valid for each of them. For
 * a single queue and event, and in generic code, it is the same as `Payload`.
 */
export type PayloadOfEach<C extends Contract, Q extends QueueName<C>, E extends EventName<C, Q>> =
  Takers<C, Q, E> extends (payload: Payload<C, Q, E>) => void
    ? Payload<C, Q, E>
    : Takers<C, Q, E> extends (payload: infer Common) => void
      ? Common
      : never;

/** A function of the payload for each event. */
type Takers<C extends Contract, Q extends QueueName<C>, E extends EventName<C, Q>> = {
  [N in Q]: { [X in E]: (payload: PayloadIn<C[N], X>) => void }[E];
}[Q];

/**
 * The message of one event; of several events or queues, a union discriminated by `event` and `queue`. Asks no queue for
 * the keys of its events: so a client of more queues is a client of fewer as well.
 */
export type EventMessage<C extends Contract, Q extends QueueName<C>, E extends EventName<C, Q>> = {
  [N in Q]: {
    [X in E]: C[N]['events'] extends Readonly<Record<X, PayloadSchema<infer Body>>>
      ? MessageOf<N, X, Body>
      : never;
  }[E];
}[Q];

/**
 * The declared failures of an event or a call, with what comes with each: a union discriminated by `code`. Of several events or
 * queues, those of all. Of events that the compiler does not know: any.
 */
export type EventFailure<
  C extends Contract,
  Q extends QueueName<C>,
  E extends EventName<C, Q> | CallName<C, Q>,
> = {
  [N in Q]: FailedBy<NonNullable<C[N]['failures']>[number], E>;
}[Q];

type FailedBy<Declared, E extends string> =
  Declared extends FailureDeclaration<infer Event, infer Code, infer Data>
    ? [Event & E] extends [never]
      ? never
      : Fails<Code, Data>
    : never;

/** A declared failure of a contract. It has a name so that errors of the compiler are short. */
export interface Fails<Code, Data> {
  readonly code: Code;
  readonly data: Data;
}

/** A received message of a queue: a union discriminated by `event` (and by `queue`, for several queues). */
export type Message<C extends Contract, Q extends QueueName<C> = QueueName<C>> = EventMessage<
  C,
  Q,
  EventName<C, Q>
>;

/** The key of each queue is its name. */
type NamedByKey<Queues extends Contract> = {
  [K in keyof Queues]: Queues[K] extends QueueDefinition<K & string>
    ? Queues[K]
    : QueueDefinition<K & string>;
};

/**
 * Gathers queues into a contract.
 * @throws QueueError `contract_invalid` when the key of a queue is not its name.
 */
export const defineContract = <const Queues extends Contract>(
  queues: Queues & NamedByKey<Queues>,
): Queues => {
  for (const [key, queue] of Object.entries<QueueDefinition>(queues)) {
    if (key !== queue.name) {
      throw new QueueError(
        'contract_invalid',
        `Queue "${queue.name}" has the key "${key}" in the contract: they must be the same.`,
      );
    }
  }
  return Object.freeze({ ...queues });
};
