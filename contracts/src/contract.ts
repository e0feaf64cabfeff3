import type { StandardSchemaV1 } from '@standard-schema/spec';
import { QueueError } from './errors.js';
import type { MessageOf } from './message.js';
import type { QueueDefinition } from './queue.js';

/** All queues that two parties agree on. Every type below is inferred from it. */
export type Contract = Readonly<Record<string, QueueDefinition>>;

export type QueueName<C extends Contract> = keyof C & string;
export type EventName<C extends Contract, Q extends QueueName<C>> = keyof C[Q]['events'] & string;
export type Payload<
  C extends Contract,
  Q extends QueueName<C>,
  E extends EventName<C, Q>,
> = StandardSchemaV1.InferOutput<C[Q]['events'][E]>;

/** A received message of a queue: a union discriminated by `event` (and by `queue`, for several queues). */
export type Message<C extends Contract, Q extends QueueName<C> = QueueName<C>> = {
  [N in Q]: { [E in EventName<C, N>]: MessageOf<N, E, Payload<C, N, E>> }[EventName<C, N>];
}[Q];

/** The message of one event. */
export type EventMessage<C extends Contract, Q extends QueueName<C>, E extends EventName<C, Q>> = MessageOf<
  Q,
  E,
  Payload<C, Q, E>
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
