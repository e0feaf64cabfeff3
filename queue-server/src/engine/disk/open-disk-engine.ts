import type { Durability } from '@typed-queue/contracts';
import { ownFolder, privateFolder } from '@typed-queue/program';
import { join } from 'node:path';
import { Duplicates } from '../dedup/duplicates.js';
import { Producers } from '../dedup/producers.js';
import type { Engine } from '../engine.js';
import type { FileSystem } from '../journal/file-system.js';
import type { Journal, JournalOptions } from '../journal/journal.js';
import { nodeFileSystem } from '../journal/node-file-system.js';
import { openJournal } from '../journal/open-journal.js';
import type { JournalEvent } from '../journal/journal-event.js';
import type { Flush } from '../journal/writing/group-commit.js';
import { RecentReads } from '../journal/reading/recent-reads.js';
import { LocalEngine, type LocalDeps, type QueueStore } from '../local-engine.js';
import { DeadLetterRecovery, type DeadLetterRecoveryDeps } from '../groups/dead-letter-recovery.js';
import type { GroupRegistry } from '../groups/registry.js';
import { rulesOf, type LocalOptions, type LocalRules, type StoredQueue } from '../local-options.js';
import { segmentBytes } from '../log/retention.js';
import { backUp, type CapturedData } from './data-folder-backup.js';
import { DEAD_LETTERS, foldersIn, GROUPS, GROUPS_COPY, QUEUES } from './data-folder.js';
import { DeadLetterLog } from './dead-letter-log.js';
import { openGroupState, type OpenedGroupState } from './open-group-state.js';
import { QueueLog } from './queue-log.js';
import { RetainingFileSystem } from './retained-files.js';

export interface DiskOptions extends LocalOptions {
  /** Created when it is missing, closed to other users (0700). One process owns it at a time. */
  readonly dir: string;
  readonly fileSystem?: FileSystem;
  /** What receipts say: `memory` when the folder is wiped with the machine. Default `disk`. */
  readonly durability?: Durability;
  /** Called with what a journal found or did, and its name. */
  readonly log?: (event: JournalEvent, journal: string) => void;
  /** Called with the size of frames that came into memory: appended, or read from files. */
  readonly onFrameBytes?: (bytes: number) => void;
  /** Called with each flush of a journal, and its name. */
  readonly measured?: (flush: Flush, journal: string) => void;
}

interface OpeningOptions extends DiskOptions {
  readonly fileSystem: RetainingFileSystem;
}

interface OpenedQueue {
  readonly queue: StoredQueue;
  readonly log: QueueLog;
}

interface StoredOnDisk extends QueueStore {
  readonly log: QueueLog;
  readonly deadLetters: DeadLetterLog;
}

/** Tokens of one start of the server; those of the next start are higher. */
const TOKENS_PER_START = 2 ** 32;

/** Of what was read from the files of all queues, for groups and tails that lag. */
const RECENT_READS_BYTES = 8 * 1024 * 1024;
const MIN_SEGMENT_BYTES = 1024 * 1024;
const MAX_SEGMENT_BYTES = 64 * 1024 * 1024;

/**
 * Opens the engine that keeps everything in a folder: `queues/<name>/`, `groups/`, `groups-copy/` and
 * `dead-letters/<name>/`.
 * @throws QueueError `data_dir_in_use`, `journal_unsupported`
 */
export const openDiskEngine = async (given: DiskOptions): Promise<Engine> => {
  const fileSystem = new RetainingFileSystem(given.fileSystem ?? nodeFileSystem);
  const options: OpeningOptions = { ...given, fileSystem };
  const rules = rulesOf(options);
  const shared = { rules, recentReads: new RecentReads(RECENT_READS_BYTES) };
  await privateFolder(options.dir, rules.onError, given.fileSystem);
  const release = await ownFolder(options.dir, { program: 'queue server' });
  const opened: OpenedQueue[] = [];
  try {
    for (const queue of options.queues) opened.push({ queue, log: await openLog(queue, options, shared) });
    return new LocalEngine({ ...(await openGroupsAndLetters(options, rules, opened)), rules, release });
  } catch (error) {
    await Promise.allSettled(opened.map(({ log }) => log.close()));
    await release();
    throw error;
  }
};

const openGroupsAndLetters = async (
  options: OpeningOptions,
  rules: LocalRules,
  opened: readonly OpenedQueue[],
): Promise<Omit<LocalDeps, 'rules' | 'release'>> => {
  const { dir, fileSystem, durability = 'disk' } = options;
  const { registry, records } = await openGroups(options, rules, opened);
  const queues: StoredOnDisk[] = [];
  for (const { queue, log } of opened) {
    const { name, deadLetters: letterBounds } = queue;
    const recovery = { queue: name, groups: registry.of(name), records, rules };
    queues.push({ name, log, deadLetters: await openDeadLetters(options, recovery), letterBounds });
  }
  const served = new Set(queues.map(({ name }) => name));
  return {
    queues,
    durability,
    registry,
    records,
    firstToken: registry.boot * TOKENS_PER_START + 1,
    backup: () => backUp({ dir, fileSystem, served, capture: () => capture(queues, registry) }),
  };
};

/** What a backup that begins now has. */
const capture = (queues: readonly StoredOnDisk[], registry: GroupRegistry): CapturedData => ({
  queues: queues.map(({ name, log }) => {
    const { firstSeq, lastSeq } = log.head();
    return { queue: name, firstSeq, lastSeq };
  }),
  journals: queues.flatMap(({ log, deadLetters }) => [log.content(), deadLetters.content() ?? []].flat()),
  records: registry.snapshot(),
});

const openLog = async (
  { name, retention }: DiskOptions['queues'][number],
  options: DiskOptions,
  { rules, recentReads }: { readonly rules: LocalRules; readonly recentReads: RecentReads },
): Promise<QueueLog> => {
  const duplicates = new Duplicates(new Producers(), rules.wallNow);
  const journal = await openNamed(join(QUEUES, name), options, {
    dedup: duplicates,
    recentReads,
    segmentBytes: segmentBytes(retention, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES),
  });
  return new QueueLog(journal, duplicates, { ...rules, retention });
};

const openGroups = async (
  options: DiskOptions,
  rules: LocalRules,
  opened: readonly OpenedQueue[],
): Promise<OpenedGroupState> => {
  const logs = new Map(opened.map(({ queue, log }) => [queue.name, log]));
  // Group records are many and small: flushing each on the event loop would block it.
  const journal = await openNamed(GROUPS, options, { inlineBytes: 0 });
  const copies = await openNamed(GROUPS_COPY, options, { inlineBytes: 0 });
  return openGroupState({ journal, copies, logs, rules });
};

const openDeadLetters = async (
  options: DiskOptions,
  deps: Omit<DeadLetterRecoveryDeps, 'deadLetters'>,
): Promise<DeadLetterLog> => {
  const name = join(DEAD_LETTERS, deps.queue);
  const open = (): Promise<Journal> => openNamed(name, options, { inlineBytes: 0 });
  const deadLetters = new DeadLetterLog(open, deps.rules.onError);
  const recovery = new DeadLetterRecovery({ ...deps, deadLetters });
  if ((await foldersIn(join(options.dir, DEAD_LETTERS))).includes(deps.queue)) {
    await recovery.run((ids) => deadLetters.restore(ids));
  } else recovery.forget();
  return deadLetters;
};

const openNamed = (name: string, options: DiskOptions, own: Partial<JournalOptions>): Promise<Journal> => {
  const { dir, fileSystem, log, measured, onFrameBytes } = options;
  return openJournal({
    dir: join(dir, name),
    ...own,
    now: rulesOf(options).wallNow,
    ...(fileSystem === undefined ? {} : { fileSystem }),
    ...(onFrameBytes === undefined ? {} : { onFrameBytes }),
    ...(log === undefined ? {} : { log: (event) => log(event, name) }),
    ...(measured === undefined ? {} : { measured: (flush) => measured(flush, name) }),
  });
};
