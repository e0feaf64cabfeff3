import { database, defineContract, defineQueue } from '@typed-queue/contracts';

/** One queue with the event of the bench. */
const queueNamed = (name: string) => defineQueue(name, { events: { create: database.events.create } });

/** The queues of a run: each has the event `create` of `database`. */
export const contractOf = (queues: readonly string[]) =>
  defineContract(Object.fromEntries(queues.map((name) => [name, queueNamed(name)])));
