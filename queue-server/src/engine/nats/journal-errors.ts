import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import type { StorageErrors } from '../journal/storage-errors.js';
import { finalErrors, unreadableIn, unsupportedIn } from '../remote/journal-errors.js';

/** JetStream says which limit of the stream it is by its text alone. The server sets none: it drops segments itself. */
const STREAM_LIMITS: readonly (readonly [text: string, setting: string])[] = [
  ['maximum messages exceeded', 'max_msgs'],
  ['maximum messages per subject exceeded', 'max_msgs_per_subject'],
  ['maximum bytes exceeded', 'max_bytes'],
];

const NO_ROOM = [
  'JetStream has no room',
  'Raise max_file_store of nats-server or the limits of its account, or lower the retention of queues.',
] as const;

const whyFull = (cause: unknown): readonly [what: string, then: string] => {
  const limit = STREAM_LIMITS.find(([text]) => messageOf(cause).includes(text));
  if (limit === undefined) return NO_ROOM;
  const [, setting] = limit;
  return [
    `Somebody limited a stream of this server by ${setting}, which is reached`,
    `Set ${setting} of the stream to -1: the retention of its queue bounds it.`,
  ];
};

/** Of one journal. */
export const journalErrors = (journal: string): StorageErrors => {
  const details = { journal };
  return {
    full: (cause) => {
      const [what, then] = whyFull(cause);
      return new QueueError(
        'storage_full',
        `${what}: nothing is stored in ${journal} until there is room again (${messageOf(cause)}). ${then}`,
        { details, cause },
      );
    },
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
    `The stream ${stream} in JetStream is not what this server wrote: ${why}. Nothing more is stored here until the data is opened again.`,
    { details: { stream } },
  );
