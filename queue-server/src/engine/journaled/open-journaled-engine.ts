import type { Durability } from '@typed-queue/contracts';
import type { BackedUpQueue, EngineBackup } from '../backup.js';
import { Duplicates } from '../dedup/duplicates.js';
import { Producers } from '../dedup/producers.js';
import type { Engine } from '../engine.js';
import { DeadLetterRecovery, type DeadLetterRecoveryDeps } from '../groups/dead-letter-recovery.js';
import type { GroupRecord } from '../groups/group-records.js';
import type { GroupRegistry } from '../groups/registry.js';
import type { Journal } from '../journal/journal.js';
import { RecentReads } from '../journal/reading/recent-reads.js';
import { LocalEngine, type LocalDeps, type QueueStore } from '../local-engine.js';
import type { ClaimRight } from '../groups/claim-right.js';
import { rulesOf, type LocalOptions, type LocalRules, type StoredQueue } from '../local-options.js';
import { segmentBytes } from '../log/retention.js';
import { DeadLetterLog } from './dead-letter-log.js';
import type { JournalStore } from './journal-store.js';
import { renewedLetter, type NewEpochOf } from './new-epochs.js';
import { openGroupState, type OpenedGroupState } from './open-group-state.js';
import { QueueLog } from './queue-log.js';

/** What an engine has at one moment, beside the content of its journals. */
export interface CapturedState {
  readonly queues: readonly BackedUpQueue[];
  /** Records that make all groups. */
  readonly records: readonly GroupRecord[];
}

export interface JournaledOptions extends LocalOptions {
  readonly store: JournalStore;
  /** What receipts say. */
  readonly durability: Durability;
  /** Where queues have new epochs: groups and dead letters get them, too, and keep their states. */
  readonly newEpochOf?: NewEpochOf | undefined;
  readonly claimRight?: ClaimRight | undefined;
  /** Whether leases outlive the engine: another one takes over its store while members go on. Default: false. */
  readonly keepsLeases?: boolean;
  /** Begins a backup; `capture` says what the engine has, in one turn of the event loop. */
  readonly backup: (served: ReadonlySet<string>, capture: () => CapturedState) => Promise<EngineBackup>;
  /** Releases what the engine owns, once it is closed. */
  readonly release: () => Promise<void>;
}

interface OpenedQueue {
  readonly queue: StoredQueue;
  readonly log: QueueLog;
}

/** Tokens of one start of the server; those of the next start are higher. */
const TOKENS_PER_START = 2 ** 32;

/** Of what was read from the journals of all queues, for groups and tails that lag. */
const RECENT_READS_BYTES = 8 * 1024 * 1024;
const MIN_SEGMENT_BYTES = 1024 * 1024;
const MAX_SEGMENT_BYTES = 64 * 1024 * 1024;

/**
 * Opens an engine over journals: one for each queue and one for its dead letters, one with the state of all groups.
 * What was opened is closed again when it fails, and what the engine would own is released.
 */
export const openJournaledEngine = async (options: JournaledOptions): Promise<Engine> => {
  const rules = { ...rulesOf(options), keepsLeases: options.keepsLeases === true };
  const recentReads = new RecentReads(RECENT_READS_BYTES);
  const opened: OpenedQueue[] = [];
  try {
    for (const queue of options.queues)
      opened.push({ queue, log: await openLog(queue, options.store, { rules, recentReads }) });
    const { release } = options;
    return new LocalEngine({ ...(await openGroupsAndLetters(options, rules, opened)), rules, release });
  } catch (error) {
    await Promise.allSettled(opened.map(({ log }) => log.close()));
    await options.release();
    throw error;
  }
};

const openGroupsAndLetters = async (
  { store, durability, backup, newEpochOf, claimRight }: JournaledOptions,
  rules: LocalRules,
  opened: readonly OpenedQueue[],
): Promise<Omit<LocalDeps, 'rules' | 'release'>> => {
  const { registry, records } = await openGroups(store, { rules, newEpochOf }, opened);
  const queues: QueueStore[] = [];
  for (const { queue, log } of opened) {
    const { name, deadLetters: letterBounds } = queue;
    const recovery = { queue: name, groups: registry.of(name), records, rules };
    queues.push({ name, log, deadLetters: await openDeadLetters(store, recovery, newEpochOf), letterBounds });
  }
  const served = new Set(queues.map(({ name }) => name));
  return {
    queues,
    durability,
    claimRight,
    registry,
    records,
    firstToken: registry.boot * TOKENS_PER_START + 1,
    backup: () => backup(served, () => capture(queues, registry)),
  };
};

/** What a backup that begins now has. */
const capture = (queues: readonly QueueStore[], registry: GroupRegistry): CapturedState => ({
  queues: queues.map(({ name, log }) => {
    const { firstSeq, lastSeq } = log.head();
    return { queue: name, firstSeq, lastSeq };
  }),
  records: registry.snapshot(),
});

const openLog = async (
  { name, retention }: StoredQueue,
  store: JournalStore,
  { rules, recentReads }: { readonly rules: LocalRules; readonly recentReads: RecentReads },
): Promise<QueueLog> => {
  const duplicates = new Duplicates(new Producers(), rules.wallNow);
  const journal = await store.open(
    { kind: 'queue', queue: name },
    {
      now: rules.wallNow,
      dedup: duplicates,
      recentReads,
      segmentBytes: segmentBytes(retention, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES),
    },
  );
  return new QueueLog(journal, duplicates, { ...rules, retention });
};

const openGroups = async (
  store: JournalStore,
  { rules, newEpochOf }: { readonly rules: LocalRules; readonly newEpochOf: NewEpochOf | undefined },
  opened: readonly OpenedQueue[],
): Promise<OpenedGroupState> => {
  const logs = new Map(opened.map(({ queue, log }) => [queue.name, log]));
  const now = rules.wallNow;
  const journal = await store.open({ kind: 'groups' }, { now });
  const copies = store.keepsCopies ? await store.open({ kind: 'groups-copy' }, { now }) : undefined;
  const { snapshotBytes } = store;
  return openGroupState({ journal, copies, snapshotBytes, logs, rules, newEpochOf });
};

const openDeadLetters = async (
  store: JournalStore,
  deps: Omit<DeadLetterRecoveryDeps, 'deadLetters'>,
  newEpochOf: NewEpochOf | undefined,
): Promise<DeadLetterLog> => {
  const id = { kind: 'dead-letters', queue: deps.queue } as const;
  const open = (): Promise<Journal> => store.open(id, { now: deps.rules.wallNow });
  const deadLetters = new DeadLetterLog(open, deps.rules.onError);
  const recovery = new DeadLetterRecovery({ ...deps, deadLetters });
  const exists = await store.has(id);
  if (exists && newEpochOf !== undefined) await renewLetters(open, (epoch) => newEpochOf(deps.queue, epoch));
  if (exists) await recovery.run((ids) => deadLetters.restore(ids));
  else recovery.forget();
  return deadLetters;
};

const renewLetters = async (
  open: () => Promise<Journal>,
  renew: (epoch: string) => string | undefined,
): Promise<void> => {
  // Of compactions, which changing all letters is itself.
  const letters = new DeadLetterLog(open, () => undefined);
  try {
    await letters.restore(new Set());
    await letters.changeAll((letter) => renewedLetter(letter, renew));
  } finally {
    await letters.close();
  }
};
