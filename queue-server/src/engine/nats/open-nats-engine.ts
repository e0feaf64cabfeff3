import type { Durability } from '@typed-queue/contracts';
import { unrefAfter } from '@typed-queue/program';
import type { StreamInfo } from '@nats-io/jetstream';
import { steadyNow } from '../clocks.js';
import type { Engine } from '../engine.js';
import { openJournaledEngine } from '../journaled/open-journaled-engine.js';
import type { LocalOptions } from '../local-options.js';
import type { JournalWatching } from '../remote/journal-watching.js';
import type { OwnerWatching } from '../remote/owner-watching.js';
import { DEFAULT_PREFIX } from '../remote/store-prefix.js';
import { reportUnserved } from '../remote/unserved-queues.js';
import { renewEpochs } from './epoch-renewal.js';
import { apiCodeOf } from './failure.js';
import { NatsJournals } from './nats-journals.js';
import { QUORUM } from './replicas.js';
import { openOwnedStreams, type Owned, type OwningOptions } from './open-owned-streams.js';
import { patiently } from './patience.js';
import { natsMissing, noBackup } from './store-errors.js';
import { differencesOf, storedJournals, storedQueues } from './store-streams.js';

export interface NatsOptions
  extends
    LocalOptions,
    JournalWatching,
    OwnerWatching,
    Pick<
      OwningOptions,
      'url' | 'tls' | 'credentials' | 'replicas' | 'termMs' | 'seenLease' | 'onWaiting' | 'signal'
    > {
  /** Of the lease: milliseconds of a monotonic clock. Default: `steadyNow`. */
  readonly leaseNow?: () => number;
  /** Begins all names. Default `DEFAULT_PREFIX`. */
  readonly prefix?: string | undefined;
  /** Called with a stream that is not as this server makes it, and what differs. */
  readonly onChangedStream?: (stream: string, differences: readonly string[]) => void;
}

/**
 * Opens the engine that keeps everything in NATS JetStream, as soon as no other server owns it. Where JetStream may have
 * lost what it had acknowledged, every queue has a new epoch.
 * @throws QueueError `storage_unavailable`, `config_invalid`, `journal_unsupported`
 */
export const openNatsEngine = async (options: NatsOptions): Promise<Engine> => {
  const { prefix = DEFAULT_PREFIX, leaseNow = steadyNow, onLost } = options;
  // The clocks of the engine steer what clients see; the lease lasts as long as the machine says.
  const owned = await openOwnedStreams({ ...options, prefix, steadyNow: leaseNow, after: unrefAfter });
  if (onLost !== undefined) owned.store.onLost(onLost);
  try {
    return await openOwned(owned, options);
  } catch (error) {
    await owned.store.release();
    // Such as limits of an account, which a new stream exceeds.
    throw apiCodeOf(error) === undefined ? error : natsMissing(error);
  }
};

const openOwned = async (owned: Owned, options: NatsOptions): Promise<Engine> => {
  const { store, lease } = owned;
  const streams = await storedJournals(store);
  const queues = storedQueues(store.prefix, streams);
  const newEpochOf = (await mayHaveLost(owned, queues)) ? await renewEpochs(owned, queues) : undefined;
  // From here on a loss is noticed; where queues get new epochs, as soon as all that knows the former ones is changed.
  if (owned.note.value === undefined) await noteCanary(owned);
  const engine = await openJournaledEngine({
    ...options,
    store: new NatsJournals(store, options),
    durability: durabilityOf(store.replicas, streams),
    newEpochOf,
    claimRight: lease,
    keepsLeases: true,
    backup: () => Promise.reject(noBackup()),
    release: () => store.release(),
  });
  if (newEpochOf !== undefined) await noteCanary(owned);
  reportUnserved(queues, options);
  reportChanged(streams, store.replicas, options);
  if (newEpochOf !== undefined) options.onRenewed?.();
  return engine;
};

/** Whether JetStream may lack what it acknowledged to an owner before. */
const mayHaveLost = async ({ note, canary }: Owned, queues: readonly string[]): Promise<boolean> => {
  const noted = await patiently(() => note.read(), unrefAfter);
  if (noted === undefined) return queues.length > 0;
  return noted.former !== undefined || !(await patiently(() => canary.has(noted.canary), unrefAfter));
};

const noteCanary = async ({ note, canary }: Owned): Promise<void> => {
  const token = await patiently(() => canary.renew(), unrefAfter);
  await note.change({ canary: token });
};

const durabilityOf = (replicas: number, streams: readonly StreamInfo[]): Durability =>
  Math.min(replicas, ...streams.map(({ config }) => config.num_replicas)) >= QUORUM ? 'replicated' : 'memory';

const reportChanged = (
  streams: readonly StreamInfo[],
  replicas: number,
  { onChangedStream }: Pick<NatsOptions, 'onChangedStream'>,
): void => {
  for (const stream of streams) {
    const differences = differencesOf(stream, replicas);
    if (differences.length > 0) onChangedStream?.(stream.config.name, differences);
  }
};
