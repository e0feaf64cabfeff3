import type { Contract, QueueDefinition } from '@typed-queue/contracts';

/** What is to be printed, by names: these events of these queues. None named: all. */
export interface Filter {
  readonly queues: readonly string[];
  readonly events: readonly string[];
}

/** A queue, and what is printed of it. */
export interface Selected {
  readonly queue: string;
  /** Undefined: all. */
  readonly events: readonly string[] | undefined;
}

/** The queues that are printed, in the order of the contract. */
export type Selection = readonly Selected[];

const named = (contract: Contract, queues: readonly string[]): readonly QueueDefinition[] =>
  Object.values(contract).filter(({ name }) => queues.includes(name));

/** The names in a list such as `files,database`. */
export const namesIn = (list: string): readonly string[] => list.split(',').map((name) => name.trim());

/** The events of the named queues; of all, when none of the names is a queue's. */
export const eventNamesOf = (contract: Contract, queues: readonly string[]): readonly string[] => {
  const known = named(contract, queues);
  const events = (known.length === 0 ? Object.values(contract) : known).flatMap((queue) =>
    Object.keys(queue.events),
  );
  return [...new Set(events)];
};

/** A queue that has none of the events is left out. */
export const selectionOf = (contract: Contract, { queues, events }: Filter): Selection =>
  (queues.length === 0 ? Object.values(contract) : named(contract, queues)).flatMap((queue) => {
    const all = Object.keys(queue.events);
    const some = events.length === 0 ? all : all.filter((event) => events.includes(event));
    if (some.length === 0) return [];
    return [{ queue: queue.name, events: some.length === all.length ? undefined : some }];
  });

/** Whether nothing is left out. */
export const isEverything = (contract: Contract, selection: Selection): boolean =>
  selection.length === Object.keys(contract).length && selection.every(({ events }) => events === undefined);
