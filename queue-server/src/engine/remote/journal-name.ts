import type { JournalId } from '../journaled/journal-store.js';

/** How a journal is named in a store. */
export const journalName = (id: JournalId): string => ('queue' in id ? `${id.kind}/${id.queue}` : id.kind);

const QUEUE_PREFIX = journalName({ kind: 'queue', queue: '' });

/** The queues among the names of journals, sorted. */
export const queuesIn = (journals: readonly string[]): readonly string[] =>
  journals
    .filter((name) => name.startsWith(QUEUE_PREFIX))
    .map((name) => name.slice(QUEUE_PREFIX.length))
    .sort();
