import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Producers } from '../duplicates/producers.js';
import type { Engine } from '../engine.js';
import type { FileSystem } from '../journal/file-system.js';
import type { Journal } from '../journal/journal.js';
import { openJournal } from '../journal/open-journal.js';
import type { JournalEvent } from '../journal/journal-event.js';
import { LocalEngine } from '../local/local-engine.js';
import { settingsOf, type GroupSettings, type LocalOptions } from '../local/local-options.js';
import { OpenGroups } from '../local/open-groups.js';
import { ownFolder } from '../owner-lock.js';
import { OutcomeLog } from './outcome-log.js';
import { QueueLog } from './queue-log.js';

export interface EmbeddedOptions extends LocalOptions {
  /** Made when it is not there. One process owns it at a time. */
  readonly dir: string;
  readonly fileSystem?: FileSystem;
  /** Told what a journal found or did, and of which journal. */
  readonly log?: (event: JournalEvent, journal: string) => void;
}

/** Tokens of one start of the server; those of the next start are all above. */
const TOKENS_PER_START = 2 ** 32;

/**
 * Opens the engine that keeps everything in a folder: `queues/<name>/` and `groups/`.
 * @throws QueueError `data_dir_in_use`, `journal_unsupported`
 */
export const openEmbeddedEngine = async (options: EmbeddedOptions): Promise<Engine> => {
  const settings = settingsOf(options);
  await mkdir(options.dir, { recursive: true });
  const release = await ownFolder(options.dir);
  try {
    const logs = new Map<string, QueueLog>();
    for (const queue of options.queues) logs.set(queue, await openLog(queue, options, settings));
    const { groups, outcomes } = await openOutcomes(options, settings);
    const firstToken = groups.boot * TOKENS_PER_START + 1;
    return new LocalEngine({ logs, groups, outcomes, settings, firstToken, release });
  } catch (error) {
    await release();
    throw error;
  }
};

const openLog = async (
  queue: string,
  options: EmbeddedOptions,
  { now }: GroupSettings,
): Promise<QueueLog> => {
  const producers = new Producers();
  const journal = await openNamed(join('queues', queue), options, (nextSeq) => producers.note(nextSeq));
  const log = new QueueLog(journal, producers, now);
  await log.restore();
  return log;
};

const openOutcomes = async (
  options: EmbeddedOptions,
  settings: GroupSettings,
): Promise<{ groups: OpenGroups; outcomes: OutcomeLog }> => {
  const { onError } = settings;
  const groups = new OpenGroups(settings);
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
