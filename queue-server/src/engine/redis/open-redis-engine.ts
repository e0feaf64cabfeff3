import { QueueError } from '@typed-queue/contracts';
import { unrefAfter } from '@typed-queue/program';
import { steadyNow } from '../clocks.js';
import type { Engine } from '../engine.js';
import { openJournaledEngine } from '../journaled/open-journaled-engine.js';
import type { LocalOptions } from '../local-options.js';
import { connector, type RedisAddress } from './connection.js';
import { queueNames, renewEpochs } from './epoch-renewal.js';
import { openOwnedStore, type Owned, type OwningOptions } from './open-owned-store.js';
import type { JournalWatching } from '../remote/journal-watching.js';
import type { OwnerWatching } from '../remote/owner-watching.js';
import { StoreLost } from '../remote/store-lost.js';
import { DEFAULT_PREFIX } from '../remote/store-prefix.js';
import { reportUnserved } from '../remote/unserved-queues.js';
import { RedisJournals } from './redis-journals.js';
import { noteOf } from './settings.js';

export interface RedisOptions
  extends
    LocalOptions,
    JournalWatching,
    OwnerWatching,
    RedisAddress,
    Pick<OwningOptions, 'termMs' | 'onWaiting' | 'signal'> {
  /** Of the lease: milliseconds of a monotonic clock. Default: `steadyNow`. */
  readonly leaseNow?: () => number;
  /** Begins all keys. Default `DEFAULT_PREFIX`. */
  readonly prefix?: string | undefined;
}

/**
 * Opens the engine that keeps everything in Redis, as soon as no other server owns it. Where Redis may have lost what it
 * had acknowledged, every queue has a new epoch.
 * @throws QueueError `storage_unavailable`, `config_invalid`, `journal_unsupported`
 */
export const openRedisEngine = async (options: RedisOptions): Promise<Engine> => {
  const owned = await own(options);
  const { onLost } = options;
  if (onLost !== undefined) {
    owned.store.listen({ down: (error) => error instanceof StoreLost && onLost(error), up: () => undefined });
  }
  try {
    return await openOwned(owned, options);
  } catch (error) {
    await owned.store.release();
    throw error;
  }
};

const openOwned = async (
  { store, lease, settings, hasLost }: Owned,
  options: RedisOptions,
): Promise<Engine> => {
  const renewal = hasLost ? await renewEpochs(store) : undefined;
  const engine = await openJournaledEngine({
    ...options,
    store: new RedisJournals(store, options),
    durability: settings.durability,
    newEpochOf: renewal?.newEpochOf,
    claimRight: lease,
    backup: () => Promise.reject(noBackup()),
    release: () => store.release(),
  });
  await renewal?.forget();
  await store.note(noteOf(settings));
  reportUnserved(await queueNames(store), options);
  if (hasLost) options.onRenewed?.();
  return engine;
};

const own = async ({
  url,
  tls,
  prefix = DEFAULT_PREFIX,
  leaseNow = steadyNow,
  ...options
}: RedisOptions): Promise<Owned> =>
  openOwnedStore({
    connect: await connector({ url, tls }),
    prefix,
    ...(options.termMs === undefined ? {} : { termMs: options.termMs }),
    ...(options.onWaiting === undefined ? {} : { onWaiting: options.onWaiting }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    // The clocks of the engine steer what clients see; the lease lasts as long as Redis says.
    steadyNow: leaseNow,
    after: unrefAfter,
  });

const noBackup = (): QueueError =>
  new QueueError(
    'request_invalid',
    'This server keeps everything in Redis: back up its files, with the tools of Redis.',
  );
