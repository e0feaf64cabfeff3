import { newId, type SystemContract } from '@typed-queue/contracts';
import type { After } from '@typed-queue/program';
import type { QueueClient } from '@typed-queue/queue-client';
import type { Logger } from 'pino';
import type { Publisher } from '../publishing/publisher.js';
import type { Database } from '../repository/mongoose/database.js';
import { apiErrorOf } from '../repository/mongoose/errors.js';
import type { RelayCounts } from './leadership.js';
import { LeaseDocument } from './lease.js';
import { newEntry } from './entry.js';
import { Outbox, type ParkedEntry } from './outbox.js';
import { RelayCandidate, type OutboxStatus } from './relay-candidate.js';
import { BestEffortPublisher } from './best-effort-publisher.js';

/** How long a closing outbox waits for the receipts of what it published from memory, in milliseconds. */
const CLOSE_MS = 2_000;

interface OutboxOptions {
  readonly database: Database;
  /** Opens a new client of the queue server; the outbox closes it. */
  readonly openQueue: () => QueueClient<SystemContract>;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly after: After;
  /** Milliseconds of a monotonic clock. */
  readonly elapsed: () => number;
  /** How long another process keeps a lease that it does not renew. Default: 6,000 milliseconds. */
  readonly leaseMs?: number;
  /** How often to look for the entries of other processes. Default: 1,000 milliseconds. */
  readonly pollMs?: number;
}

export interface RunningOutbox {
  readonly publisher: Publisher;
  /** Rejects with a ApiError while the database cannot be reached: `database_unavailable`. */
  status(): Promise<OutboxStatus & { readonly lost: number }>;
  /** Since it was started. `lost`: events of reads and failures that were never published. */
  counts(): Readonly<RelayCounts> & { readonly lost: number };
  /** The oldest entries that the queue server refused permanently. */
  parked(limit: number): Promise<readonly ParkedEntry[]>;
  /** Publishes one of them again, after later changes of its document. Returns whether there was one. */
  retry(id: string): Promise<boolean>;
  /** Deletes one of them without publishing it. Returns whether there was one. */
  drop(id: string): Promise<boolean>;
  /** Waits a moment for messages in flight. What is left is published at the next start. */
  close(): Promise<void>;
}

/**
 * Takes the events of repositories, and publishes them.
 *
 * Rejects with a ApiError when the collection cannot be made: `database_unavailable`.
 */
export const startOutbox = async (options: OutboxOptions): Promise<RunningOutbox> => {
  const { database, openQueue, logger } = options;
  const { connection, now } = database;
  const outbox = new Outbox(connection);
  await asApiErrors(() => outbox.build());
  const lease = new LeaseDocument(connection);
  const relay = new RelayCandidate({ ...options, outbox, lease, holder: newId(), now });
  const queue = openQueue();
  // The relay's client reports the connection.
  queue.on('error', () => undefined);
  queue.on('connection:failed', () => undefined);
  const bestEffort = new BestEffortPublisher({ queue, logger, now });
  relay.start();
  return {
    publisher: outboxPublisher({ outbox, relay, bestEffort, now }),
    status: () => asApiErrors(async () => ({ ...(await relay.status()), lost: bestEffort.lost })),
    counts: () => ({ ...relay.counts, lost: bestEffort.lost }),
    parked: (limit) => asApiErrors(() => outbox.parked(limit)),
    retry: async (id) => {
      const isThere = await asApiErrors(() => outbox.retry(id));
      if (isThere) relay.wake();
      return isThere;
    },
    drop: (id) => asApiErrors(() => outbox.drop(id)),
    close: async () => {
      await Promise.all([relay.stop(), queue.close({ timeoutMs: CLOSE_MS })]);
    },
  };
};

const asApiErrors = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw apiErrorOf(error, 'outbox');
  }
};

interface OutboxPublisherDeps {
  readonly outbox: Pick<Outbox, 'add'>;
  readonly relay: Pick<RelayCandidate, 'add'>;
  readonly bestEffort: Pick<BestEffortPublisher, 'publish'>;
  readonly now: () => number;
}

/** Stores the events of changes in the outbox; publishes all others from memory. */
export const outboxPublisher = ({ outbox, relay, bestEffort, now }: OutboxPublisherDeps): Publisher => ({
  store: async (unit, events) => {
    const entries = events.map((event) => newEntry(event, newId(), now()));
    await outbox.add(entries, unit);
    unit.afterCommit(() => relay.add(entries));
  },
  publishBestEffort: (event) => bestEffort.publish(event),
});
