import { call } from './call.js';
import { queueOfCallLog } from './call-log.js';
import type { PayloadSchema } from './payload-schema.js';
import { defineQueue, type AnyQueue } from './queue.js';

/** Accepts every payload: the server validates. */
const ANY: PayloadSchema = {
  '~standard': { version: 1, vendor: 'typed-queue', validate: (value) => ({ value }) },
};

/**
 * A queue of which only the names of the events and calls are known, as a server describes it: any payload and failure is
 * accepted here, and the server validates.
 * @throws QueueError `contract_invalid` when a name or the number of events cannot work.
 */
export const untypedQueue = (
  name: string,
  events: readonly string[],
  calls: readonly string[] = [],
): AnyQueue => {
  const { failures: _, ...queue } = defineQueue(queueOfCallLog(name) ?? name, {
    events: {
      ...Object.fromEntries(events.map((event) => [event, ANY])),
      ...Object.fromEntries(calls.map((name) => [name, call({ input: ANY, output: ANY })])),
    },
  });
  return Object.freeze({ ...queue, name });
};
