import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import type { StorageErrors } from '../journal/storage-errors.js';
import { finalErrors, unreadableIn, unsupportedIn } from '../remote/journal-errors.js';
import { failureOf } from './answer.js';
import { isUntrusted } from '../remote/store-tls.js';

export const storeUnreachable = (cause: unknown): QueueError =>
  new QueueError(
    'storage_unavailable',
    `Redis cannot be reached, and the server tries again (${messageOf(cause)}). Check that it runs, and STORAGE.`,
    { cause },
  );

const isRefusal = (cause: unknown): boolean => failureOf(cause) === 'broken';

/** At a start. */
export const redisMissing = (cause: unknown): QueueError =>
  isUntrusted(cause)
    ? new QueueError(
        'config_invalid',
        `The certificate of Redis cannot be verified (${messageOf(cause)}). Name the authority that signed it in REDIS_CA_FILE, or accept any with REDIS_TLS_VERIFY=false.`,
        { cause },
      )
    : new QueueError(
        isRefusal(cause) ? 'config_invalid' : 'storage_unavailable',
        isRefusal(cause)
          ? `Redis refuses this server (${messageOf(cause)}). Check user, password and database in STORAGE, and what the user may do: its README has a list.`
          : `Redis cannot be reached (${messageOf(cause)}). Check that it runs, and STORAGE: redis:// without TLS, rediss:// with it.`,
        { cause },
      );

/** Of one journal. */
export const redisErrors = (journal: string): StorageErrors => {
  const details = { journal };
  return {
    full: (cause) =>
      new QueueError(
        'storage_full',
        `The memory of Redis is full: nothing is stored in ${journal} until there is room again (${messageOf(cause)}). Raise its maxmemory, or lower the retention of queues.`,
        { details, cause },
      ),
    unavailable: (cause) =>
      new QueueError(
        'storage_unavailable',
        `Redis takes no writes at the moment, and the server tries again (${messageOf(cause)}).`,
        { details, cause },
      ),
    ...finalErrors('Redis', journal),
  };
};

export const unreadableJournal = (journal: string, cause: unknown): QueueError =>
  unreadableIn('Redis', journal, cause);

export const unsupportedJournal = (journal: string, version: string): QueueError =>
  unsupportedIn('Redis', journal, version);
