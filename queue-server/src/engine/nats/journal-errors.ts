import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import type { StorageErrors } from '../journal/storage-errors.js';
import { finalErrors, unreadableIn, unsupportedIn } from '../remote/journal-errors.js';

/** Of one journal. */
export const journalErrors = (journal: string): StorageErrors => {
  const details = { journal };
  return {
    full: (cause) =>
      new QueueError(
        'storage_full',
        `JetStream has no room: nothing is stored in ${journal} until there is room again (${messageOf(cause)}). Raise max_file of nats-server or the limits of its account, or lower the retention of queues.`,
        { details, cause },
      ),
    unavailable: (cause) =>
      new QueueError(
        'storage_unavailable',
        `JetStream does not answer for ${journal} at the moment, and the server asks again (${messageOf(cause)}). Check that nats-server runs with JetStream, and that its cluster has a leader.`,
        { details, cause },
      ),
    ...finalErrors('JetStream', journal),
  };
};

export const unreadableJournal = (journal: string, cause: unknown): QueueError =>
  unreadableIn('JetStream', journal, cause);

export const unsupportedJournal = (journal: string, version: string): QueueError =>
  unsupportedIn('JetStream', journal, version);

/** The store is another server's, or lost what it had acknowledged. */
export const changedJournal = (stream: string, why: string): QueueError =>
  new QueueError(
    'storage_failed',
    `The stream ${stream} in JetStream is not what this server wrote: ${why}. Nothing is stored until the server is restarted.`,
    { details: { stream } },
  );
