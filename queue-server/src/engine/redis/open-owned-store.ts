import { QueueError } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import type { Connect, RedisConnection } from './connection.js';
import {
  askSettings,
  mayHaveLost,
  noteOf,
  refuseUnfit,
  removesData,
  type RedisSettings,
} from './settings.js';
import { Lease, type Acquired } from './lease.js';
import { RedisLink } from './link.js';
import { OwnedStore } from './owned-store.js';
import { StoreLost } from '../remote/store-lost.js';
import { redisMissing } from './redis-errors.js';
import { RedisKeys } from './redis-keys.js';

export interface OwningOptions {
  readonly connect: Connect;
  /** Begins all keys: stores of different prefixes know nothing of each other. */
  readonly prefix: string;
  /** How long the lease is valid without a renewal. Default 3 s. */
  readonly termMs?: number;
  /** Called once when another server has the lease: this one waits until it ends, or this rejects. */
  readonly onWaiting?: () => Promise<void>;
  /** Ends waiting. */
  readonly signal?: AbortSignal;
  /** Milliseconds of a monotonic clock. */
  readonly steadyNow: () => number;
  readonly after: After;
}

export interface Owned {
  readonly store: OwnedStore;
  readonly lease: Lease;
  readonly settings: RedisSettings;
  /** Redis may lack what it acknowledged to an earlier owner. */
  readonly hasLost: boolean;
}

const TERM_MS = 3_000;
const POLL_MS = 200;

/**
 * Waits until this server is the owner of the store in Redis.
 * @throws QueueError `storage_unavailable` when Redis cannot be reached, `config_invalid` when it may remove data
 */
export const openOwnedStore = async (options: OwningOptions): Promise<Owned> => {
  const { connect, after, prefix, termMs = TERM_MS, steadyNow: now } = options;
  const keys = new RedisKeys(prefix);
  const lease = new Lease({ ownerKey: keys.owner, storeKey: keys.store, termMs, now, after });
  const first = await connect().catch((cause: unknown) => {
    throw redisMissing(cause);
  });
  // Before the script of the lease, which an older Redis cannot run.
  await settingsOf(first);
  const { connection, before } = await acquired(options, lease, first);
  const settings = await settingsOf(connection);
  const introduce = async (next: RedisConnection): Promise<void> => {
    await lease.introduce(next);
    checkSettings(settings, await askSettings(next));
  };
  const link = new RedisLink({ connect, introduce, after }, connection);
  lease.keep(link);
  watchSettings(
    link,
    (run) => after(termMs, run),
    (found) => checkSettings(settings, found),
  );
  return {
    store: new OwnedStore({ link, lease, keys, after }),
    lease,
    settings,
    hasLost: mayHaveLost(before, settings),
  };
};

/** Where Redis is refused, the connection is closed; a lease ends by itself. */
const settingsOf = async (connection: RedisConnection): Promise<RedisSettings> => {
  try {
    const settings = await askSettings(connection);
    refuseUnfit(settings);
    return settings;
  } catch (error) {
    connection.close();
    throw error instanceof QueueError ? error : redisMissing(error);
  }
};

/** @throws StoreLost when Redis is not what it was when this server began */
const checkSettings = (began: RedisSettings, found: RedisSettings): void => {
  // What this server noted at its start tells the next one.
  if (mayHaveLost(new Map(pairsOf(noteOf(began))), found)) throw new StoreLost(RESTARTED);
  if (removesData(found)) throw new StoreLost(REMOVES);
  // Receipts would say more than is true.
  if (began.durability === 'disk' && found.durability !== 'disk') throw new StoreLost(FLUSHES_LATE);
};

/** An operator may change settings while Redis runs. */
const watchSettings = (
  link: RedisLink,
  later: (run: () => void) => void,
  check: (found: RedisSettings) => void,
): void => {
  later(() => {
    void askSettings(link)
      .then(check)
      .catch((error: unknown) => {
        if (error instanceof StoreLost) link.end(error);
      })
      .then(() => link.up())
      .then((isUp) => {
        if (isUp) watchSettings(link, later, check);
      });
  });
};

const RESTARTED =
  'Redis was started again, or another one took its place, and may lack what it had acknowledged.';

const REMOVES = 'Redis removes data when its memory is full, and may have removed messages.';

const FLUSHES_LATE = 'Redis does not flush its file before it answers any more.';

const pairsOf = (note: readonly string[]): (readonly [string, string])[] =>
  note.flatMap((field, index) => (index % 2 === 0 ? [[field, note[index + 1] ?? ''] as const] : []));

const acquired = async (
  { connect, after, signal, onWaiting = () => Promise.resolve() }: OwningOptions,
  lease: Lease,
  first: RedisConnection,
): Promise<{ readonly connection: RedisConnection; readonly before: NonNullable<Acquired> }> => {
  let connection: RedisConnection | undefined = first;
  let isWaiting = false;
  for (;;) {
    try {
      connection ??= await connect();
      const before = await lease.acquire(connection);
      if (before !== undefined) return { connection, before };
      if (!isWaiting) await onWaiting();
      isWaiting = true;
    } catch (error) {
      connection?.close();
      connection = undefined;
      if (!isWaiting) throw error;
    }
    await new Promise<void>((resolve) => void after(POLL_MS, resolve));
    if (signal?.aborted === true) connection?.close();
    signal?.throwIfAborted();
  }
};
