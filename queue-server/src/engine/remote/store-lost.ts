import { QueueError } from '@typed-queue/contracts';

/** The store is another server's, or not what this server knows: it must end. */
export class StoreLost extends QueueError {
  constructor(why: string) {
    super('storage_failed', `${why} Nothing is stored until the server is restarted.`);
  }
}
