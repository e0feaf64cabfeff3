import type { QueueUse } from './agreements.js';

/** A use that needs no agreement, of a queue that is not compared. */
export const freeUse: QueueUse = {
  begin: (begin) => begin(),
  served: () => undefined,
};
