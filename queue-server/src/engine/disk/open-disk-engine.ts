import type { Durability } from '@typed-queue/contracts';
import { ownFolder, privateFolder } from '@typed-queue/program';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Duplicates } from '../dedup/duplicates.js';
import { Producers } from '../dedup/producers.js';
import type { Engine } from '../engine.js';
import { isMissing, type FileSystem } from '../journal/file-system.js';
import type { Journal, JournalOptions } from '../journal/journal.js';
import { openJournal } from '../journal/open-journal.js';
import type { JournalEvent } from '../journal/journal-event.js';
import { RecentReads } from '../journal/reading/recent-reads.js';
import { LocalEngine, type QueueStore } from '../local-engine.js';
import { DeadLetterRecovery, type DeadLetterRecoveryDeps } from '../groups/dead-letter-recovery.js';
import { rulesOf, type LocalOptions, type LocalRules, type StoredQueue } from '../local-options.js';
import { segmentBytes } from '../log/retention.js';
import { DeadLetterLog } from './dead-letter-log.js';
import { openGroupState, type OpenedGroupState } from './open-group-state.js';
import { QueueLog } from './queue-log.js';

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
}

interface OpenedQueue {
  readonly queue: StoredQueue;
  readonly log: QueueLog;
}

const QUEUES = 'queues';
const DEAD_LETTERS = 'dead-letters';
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
export const openDiskEngine = async (options: DiskOptions): Promise<Engine> => {
  const rules = rulesOf(options);
  const shared = { rules, recentReads: new RecentReads(RECENT_READS_BYTES) };
  await privateFolder(options.dir, rules.onError, options.fileSystem);
  const release = await ownFolder(options.dir, { program: 'queue server' });
  const opened: OpenedQueue[] = [];
  try {
    for (const queue of options.queues) opened.push({ queue, log: await openLog(queue, options, shared) });
    const { registry, records } = await openGroups(options, rules, opened);
    const queues: QueueStore[] = [];
    for (const { queue, log } of opened) {
      const { name, deadLetters: letterBounds } = queue;
      const recovery = { queue: name, groups: registry.of(name), records, rules };
      queues.push({ name, log, deadLetters: await openDeadLetters(options, recovery), letterBounds });
    }
    return new LocalEngine({
      queues,
      durability: options.durability ?? 'disk',
      registry,
      records,
      rules,
      firstToken: registry.boot * TOKENS_PER_START + 1,
      release,
    });
  } catch (error) {
    await Promise.allSettled(opened.map(({ log }) => log.close()));
    await release();
    throw error;
  }
};

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
  const journal = await openNamed('groups', options, { inlineBytes: 0 });
  const copies = await openNamed('groups-copy', options, { inlineBytes: 0 });
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
  const { dir, fileSystem, log, onFrameBytes } = options;
  return openJournal({
    dir: join(dir, name),
    ...own,
    now: rulesOf(options).wallNow,
    ...(fileSystem === undefined ? {} : { fileSystem }),
    ...(onFrameBytes === undefined ? {} : { onFrameBytes }),
    ...(log === undefined ? {} : { log: (event) => log(event, name) }),
  });
};

/** The names of all queues that are stored in a data folder, sorted; it may not exist yet. */
export const storedQueues = (dir: string): Promise<readonly string[]> => foldersIn(join(dir, QUEUES));

const foldersIn = async (dir: string): Promise<readonly string[]> => {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
};
