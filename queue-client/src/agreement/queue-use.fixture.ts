import type { QueueUse } from './queue-use.js';

/** A use that needs no agreement, of a queue that is not compared. */
export const freeUse: Pick<QueueUse, 'begin' | 'served'> = {
  begin: (begin) => begin(),
  served: () => undefined,
};
