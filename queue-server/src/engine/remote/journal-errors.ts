import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import type { StorageErrors } from '../journal/storage-errors.js';

/** Errors of a journal whose texts differ only by the name of the store: `Redis`, `JetStream`. */
export const finalErrors = (store: string, journal: string): Pick<StorageErrors, 'failed' | 'closed'> => {
  const details = { journal };
  return {
    failed: (cause) =>
      cause instanceof QueueError
        ? cause
        : new QueueError(
            'storage_failed',
            `${store} failed: nothing more is stored in ${journal} until the data is opened again (${messageOf(cause)}).`,
            { details, cause },
          ),
    closed: () => new QueueError('closed', `The journal ${journal} is closed.`, { details }),
  };
};

export const unreadableIn = (store: string, journal: string, cause: unknown): QueueError =>
  cause instanceof QueueError
    ? cause
    : new QueueError(
        'storage_unavailable',
        `${journal} cannot be read from ${store} (${messageOf(cause)}).`,
        { details: { journal }, cause },
      );

export const unsupportedIn = (store: string, journal: string, version: string): QueueError =>
  new QueueError(
    'journal_unsupported',
    `${journal} in ${store} is of version ${version}, which this server does not know; nothing was changed. Start the server that wrote it.`,
    { details: { journal, version } },
  );
