import { QueueError } from '@typed-queue/contracts';

/** The store is another server's, or not what this server knows: it must be opened again. */
export class StoreLost extends QueueError {
  constructor(why: string) {
    super('storage_failed', `${why} Nothing more is stored here until the data is opened again.`);
  }
}
