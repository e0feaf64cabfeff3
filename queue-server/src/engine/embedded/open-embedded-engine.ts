import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemTimers, type Timers } from '../alarm.js';
import { Producers } from '../duplicates/producers.js';
import type { Engine } from '../engine.js';
import { backOff } from '../group/back-off.js';
import type { FileSystem } from '../journal/file-system.js';
import type { Journal } from '../journal/journal.js';
import { openJournal } from '../journal/open-journal.js';
import type { JournalEvent } from '../journal/journal-event.js';
import { ownFolder } from '../owner-lock.js';
import { EmbeddedEngine } from './embedded-engine.js';
import { OpenGroups } from './open-groups.js';
import { OutcomeLog } from './outcome-log.js';
import { QueueLog } from './queue-log.js';

export interface EmbeddedOptions {
  /** Made when it is not there. One process owns it at a time. */
  readonly dir: string;
  readonly queues: readonly string[];
  /** How long a member may hold messages without a word. Default 30 s. */
  readonly leaseMs?: number;
  /** How long a member that vanished may take to come back. Default 5 s. */
  readonly graceMs?: number;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly timers?: Timers;
  readonly fileSystem?: FileSystem;
  /** Told what a journal found or did, and of which journal. */
  readonly log?: (event: JournalEvent, journal: string) => void;
  /** Told of failures that nobody waits for. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Opens the engine that keeps everything in a folder: `queues/<name>/` and `groups/`.
 * @throws QueueError `data_dir_in_use`, `journal_unsupported`
 */
export const openEmbeddedEngine = async (options: EmbeddedOptions): Promise<Engine> => {
  const { now = Date.now, leaseMs = 30_000, graceMs = 5_000, onError = () => undefined } = options;
  await mkdir(options.dir, { recursive: true });
  const release = await ownFolder(options.dir);
  try {
    const logs = new Map<string, QueueLog>();
    for (const queue of options.queues) logs.set(queue, await openLog(queue, options, now));
    const { groups, outcomes } = await openOutcomes(options, leaseMs);
    return new EmbeddedEngine({
      logs,
      groups,
      outcomes,
      leaseMs,
      graceMs,
      now,
      timers: options.timers ?? systemTimers,
      onError,
      release,
    });
  } catch (error) {
    await release();
    throw error;
  }
};

const openLog = async (queue: string, options: EmbeddedOptions, now: () => number): Promise<QueueLog> => {
  const producers = new Producers();
  const journal = await openNamed(join('queues', queue), options, (nextSeq) => producers.note(nextSeq));
  const log = new QueueLog(journal, producers, now);
  await log.restore();
  return log;
};

const openOutcomes = async (
  options: EmbeddedOptions,
  leaseMs: number,
): Promise<{ groups: OpenGroups; outcomes: OutcomeLog }> => {
  const { random = Math.random, onError = () => undefined } = options;
  const groups = new OpenGroups({ leaseMs, backOff: (failures) => backOff(failures, random) });
  const journal = await openNamed('groups', options);
  const outcomes = new OutcomeLog({ journal, snapshot: () => groups.snapshot(), onError });
  await outcomes.replay(
    (record) => {
      groups.apply(record);
    },
    (gap) => onError(new Error(`outcomes ${gap.from} to ${gap.to} are damaged: messages may go out again`)),
  );
  const start = { kind: 'start', boot: groups.boot + 1 } as const;
  groups.apply(start);
  await outcomes.write(start);
  return { groups, outcomes };
};

const openNamed = (
  name: string,
  options: EmbeddedOptions,
  sealNote?: (nextSeq: number) => string,
): Promise<Journal> => {
  const { dir, now, fileSystem, log } = options;
  return openJournal({
    dir: join(dir, name),
    // Outcomes are many and small, and the loop has better things to do than to wait for their flush.
    ...(sealNote === undefined ? { inlineBytes: 0 } : { sealNote }),
    ...(now === undefined ? {} : { now }),
    ...(fileSystem === undefined ? {} : { fileSystem }),
    ...(log === undefined ? {} : { log: (event) => log(event, name) }),
  });
};
