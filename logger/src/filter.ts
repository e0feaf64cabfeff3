import {
  contract,
  type EventName,
  type QueueDefinition,
  type QueueName,
  type SystemContract,
} from '@typed-queue/contracts';

/** What is to be printed, by names: these events of these queues. None named: all. */
export interface Filter {
  readonly queues: readonly string[];
  readonly events: readonly string[];
}

interface SelectedOf<Q extends QueueName<SystemContract>> {
  readonly queue: Q;
  /** Undefined: all. */
  readonly events: readonly EventName<SystemContract, Q>[] | undefined;
}

/** A queue, and what is printed of it. */
export type Selected = { [Q in QueueName<SystemContract>]: SelectedOf<Q> }[QueueName<SystemContract>];
/** The queues that are printed, in the order of the contract. */
export type Selection = readonly Selected[];

const QUEUES = Object.values<QueueDefinition>(contract);
export const QUEUE_NAMES: readonly string[] = QUEUES.map(({ name }) => name);

const named = (queues: readonly string[]): readonly QueueDefinition[] =>
  QUEUES.filter(({ name }) => queues.includes(name));

/** The names in a list such as `files,database`. */
export const namesIn = (list: string): readonly string[] => list.split(',').map((name) => name.trim());

/** The events of the named queues; of all, when none of the names is a queue's. */
export const eventNamesOf = (queues: readonly string[]): readonly string[] => {
  const known = named(queues);
  const events = (known.length === 0 ? QUEUES : known).flatMap((queue) => Object.keys(queue.events));
  return [...new Set(events)];
};

/** A queue that has none of the events is left out. */
export const selectionOf = ({ queues, events }: Filter): Selection =>
  (queues.length === 0 ? QUEUES : named(queues)).flatMap((queue) => {
    const all = Object.keys(queue.events);
    const some = events.length === 0 ? all : all.filter((event) => events.includes(event));
    if (some.length === 0) return [];
    const selected = { queue: queue.name, events: some.length === all.length ? undefined : some };
    // Safe: the queue is of the contract, and its events are its own.
    return [selected as Selected];
  });

/** Whether nothing is left out. */
export const isEverything = (selection: Selection): boolean =>
  selection.length === QUEUES.length && selection.every(({ events }) => events === undefined);
