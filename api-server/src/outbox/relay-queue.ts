import type { SystemContract } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';

type Client = QueueClient<SystemContract>;

/** What a relay needs of a client. */
export type RelayQueue = Pick<Client, 'publish' | 'tail' | 'on' | 'close'> & {
  readonly admin: Pick<Client['admin'], 'queues'>;
};
