import { newId, type SystemContract } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';
import type { Logger } from 'pino';
import type { Publisher } from '../publishing/publisher.js';
import type { Database } from '../repository/mongoose/database.js';
import { queueErrorOf } from '../repository/mongoose/errors.js';
import { LeaseDocument } from './lease.js';
import { outboxPublisher } from './outbox-publisher.js';
import { Outbox, type ParkedEntry } from './outbox.js';
import { Relay, type OutboxStatus } from './relay.js';
import { BestEffortPublisher } from './best-effort-publisher.js';
import type { After } from './timing.js';

/** How long a closing outbox waits for the receipts of what it published from memory, in milliseconds. */
const CLOSE_MS = 2_000;

export interface OutboxOptions {
  readonly database: Database;
  /** A new client of the queue server; each is closed again. */
  readonly openQueue: () => QueueClient<SystemContract>;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly after: After;
  /** Milliseconds of a clock that nobody sets. */
  readonly elapsed: () => number;
  /** How long a relay that shows no life is left alone. Default: 6,000 milliseconds. */
  readonly leaseMs?: number;
  /** Between two looks for the entries of other processes. Default: 1,000 milliseconds. */
  readonly pollMs?: number;
}

/** A publisher at work. */
export interface RunningOutbox {
  readonly publisher: Publisher;
  /** Rejects with a QueueError while the database cannot be reached: `database_unavailable`. */
  status(): Promise<OutboxStatus & { readonly lost: number }>;
  /** The oldest entries that the queue server refused for good. */
  parked(limit: number): Promise<readonly ParkedEntry[]>;
  /** Publishes one of them again, after later changes of its document. Returns whether there was one. */
  retry(id: string): Promise<boolean>;
  /** Deletes one of them without publishing it. Returns whether there was one. */
  drop(id: string): Promise<boolean>;
  /** Waits for what is on its way, for a moment. What is left goes out at the next start. */
  close(): Promise<void>;
}

/**
 * Takes the events of repositories, and publishes them.
 *
 * Rejects with a QueueError when the collection cannot be made: `database_unavailable`.
 */
export const startOutbox = async (options: OutboxOptions): Promise<RunningOutbox> => {
  const { database, openQueue, logger } = options;
  const { connection, now } = database;
  const outbox = new Outbox(connection);
  await inOurWords(() => outbox.build());
  const relay = new Relay({ ...options, outbox, lease: new LeaseDocument(connection), holder: newId(), now });
  const queue = openQueue();
  // Whether it is connected is said by the relay, whose client goes the same way.
  queue.on('error', () => undefined);
  queue.on('connection:failed', () => undefined);
  const bestEffort = new BestEffortPublisher({ queue, logger, now });
  relay.start();
  return {
    publisher: outboxPublisher({ outbox, relay, bestEffort, now }),
    status: () => inOurWords(async () => ({ ...(await relay.status()), lost: bestEffort.lost })),
    parked: (limit) => inOurWords(() => outbox.parked(limit)),
    retry: async (id) => {
      const isThere = await inOurWords(() => outbox.retry(id));
      if (isThere) relay.wake();
      return isThere;
    },
    drop: (id) => inOurWords(() => outbox.drop(id)),
    close: async () => {
      await Promise.all([relay.stop(), queue.close({ timeoutMs: CLOSE_MS })]);
    },
  };
};

const inOurWords = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw queueErrorOf(error, 'outbox');
  }
};
