import type { After } from '@typed-queue/contracts/wire';
import type { KV } from '@nats-io/kv';
import { hostname } from 'node:os';
import { Canary } from './canary.js';
import { connectNats, type NatsAddress, type NatsClient } from './connection.js';
import { Interruption } from './interruption.js';
import { Lease, type SeenLease } from './lease.js';
import { openOwnerBucket } from './open-owner-bucket.js';
import { OwnedStreams } from './owned-streams.js';
import { OwnerNote } from './owner-note.js';
import { patiently } from './patience.js';
import { replicasOf } from './replicas.js';
import { checkServer } from './server-check.js';
import { natsMissing } from './store-errors.js';

export interface OwningOptions extends NatsAddress {
  /** Begins all names: stores of different prefixes know nothing of each other. */
  readonly prefix: string;
  /** Of each stream. Default: 3 in a cluster of at least three servers, else 1. */
  readonly replicas?: number | undefined;
  /** How long the lease is valid without a renewal. Default 1.5 s. */
  readonly termMs?: number;
  /** What this server saw of the lease before, by `steadyNow`. */
  readonly seenLease?: SeenLease | undefined;
  /** Called once when another server has the lease: this one waits until it ends, or this rejects. */
  readonly onWaiting?: () => Promise<void>;
  /** Ends waiting. */
  readonly signal?: AbortSignal;
  /** Milliseconds of a monotonic clock. */
  readonly steadyNow: () => number;
  readonly after: After;
}

export interface Owned {
  readonly store: OwnedStreams;
  readonly lease: Lease;
  readonly note: OwnerNote;
  readonly canary: Canary;
}

const TERM_MS = 1_500;
const POLL_MS = 200;
const MIN_POLL_MS = 10;
/** Nodes of a cluster, killed and started again at once, took up to 4 s to find a stream. */
const CONFIRM_MS = 5_000;

/**
 * Waits until this server is the owner of the store in JetStream.
 * @throws QueueError `storage_unavailable` when NATS cannot be reached, `config_invalid` when it refuses or does not fit
 */
export const openOwnedStreams = async (options: OwningOptions): Promise<Owned> => {
  const client = await connectNats(options);
  try {
    return await own(client, options);
  } catch (error) {
    await client.connection.close();
    throw options.signal?.aborted === true || isOfListening(error) ? error : natsMissing(error);
  }
};

/** Of `onWaiting`: the port is taken. */
const isOfListening = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && error.syscall === 'listen';

const own = async (client: NatsClient, options: OwningOptions): Promise<Owned> => {
  const { prefix, termMs = TERM_MS, seenLease: seen, steadyNow: now, after } = options;
  const { maxPayload } = await checkServer(client, after);
  const replicas = await replicasOf(client, options);
  const opened = await openOwnerBucket(client.buckets, { prefix, replicas, after });
  const interruption = new Interruption();
  const bucket = interruptible(opened, interruption);
  const lease = new Lease({ bucket, termMs, name: hostname(), seen, now });
  await acquire(lease, options);
  const note = new OwnerNote(bucket, lease.id);
  const isCluster = client.connection.info?.cluster !== undefined;
  const confirmMs = isCluster ? CONFIRM_MS : 0;
  const canary = new Canary({ buckets: client.buckets, prefix, replicas, confirmMs, after });
  const deps = { client, prefix, replicas, maxPayload, lease, termMs, note, canary, interruption, after };
  return { store: new OwnedStreams(deps), lease, note, canary };
};

/** Requests that end as soon as the connection is lost. */
const interruptible = (bucket: KV, interruption: Interruption): Pick<KV, 'get' | 'create' | 'update'> => ({
  get: (key) => interruption.of(bucket.get(key)),
  create: (key, value) => interruption.of(bucket.create(key, value)),
  update: (key, value, revision, timeout) => interruption.of(bucket.update(key, value, revision, timeout)),
});

const acquire = async (
  lease: Lease,
  { after, signal, onWaiting = () => Promise.resolve() }: OwningOptions,
): Promise<void> => {
  let isWaiting = false;
  for (;;) {
    const isOwner = await patiently(() => lease.acquire(), after).catch((error: unknown) => {
      // It waits, whatever happens to NATS meanwhile.
      if (!isWaiting) throw error;
      return false;
    });
    if (isOwner) return;
    if (!isWaiting) await onWaiting();
    isWaiting = true;
    const waitMs = Math.max(MIN_POLL_MS, Math.min(POLL_MS, lease.remainingMs));
    await new Promise<void>((resolve) => void after(waitMs, resolve));
    signal?.throwIfAborted();
  }
};
