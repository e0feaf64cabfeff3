import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';

/** Why a journal refuses. */
export interface StorageErrors {
  /** Until there is room. */
  full(cause: unknown): QueueError;
  /** Until a retry succeeds. */
  unavailable(cause: unknown): QueueError;
  /** Until the server is restarted. */
  failed(cause: unknown): QueueError;
  closed(): QueueError;
}

/** Of a journal in a folder. */
export const folderErrors = (dir: string): StorageErrors => ({
  full: (cause) => storageFull(dir, cause),
  unavailable: (cause) => storageUnavailable(dir, cause),
  failed: (cause) => storageFailed(dir, cause),
  closed: () => journalClosed(dir),
});

export const storageFull = (dir: string, cause: unknown): QueueError =>
  new QueueError(
    'storage_full',
    `The disk is full: nothing is stored in ${dir} until there is room again (${messageOf(cause)}).`,
    { details: { dir }, cause },
  );

const storageFailed = (dir: string, cause: unknown): QueueError =>
  new QueueError(
    'storage_failed',
    `The disk failed: nothing is stored in ${dir} until the server is restarted (${messageOf(cause)}).`,
    { details: { dir }, cause },
  );

export const storageUnavailable = (dir: string, cause: unknown): QueueError =>
  new QueueError(
    'storage_unavailable',
    `The server lacks file descriptors or memory for its files in ${dir}, and retries (${messageOf(cause)}). ` +
      'Raise its limits (ulimit -n), or lower MAX_CONNECTIONS.',
    { details: { dir }, cause },
  );

export const unreadable = (path: string, cause: unknown): QueueError =>
  new QueueError('storage_failed', `${path} cannot be read (${messageOf(cause)}). Check the disk.`, {
    details: { file: path },
    cause,
  });

export const unremovable = (dir: string, cause: unknown): QueueError =>
  new QueueError(
    'storage_failed',
    `Old messages cannot be removed from ${dir} (${messageOf(cause)}). Check the disk, and who may write to the folder.`,
    { details: { dir }, cause },
  );

export const unsupportedVersion = (file: string, what: string, version: number): QueueError =>
  new QueueError(
    'journal_unsupported',
    `${what} in ${file} is of version ${version}, which this server does not know; nothing was changed. ` +
      'Start the server that wrote it.',
    { details: { file, version } },
  );

export const unsupportedFile = (file: string, why: string): QueueError =>
  new QueueError(
    'journal_unsupported',
    `${file} does not belong to this journal: ${why}; nothing was changed. Move it elsewhere or choose another folder.`,
    { details: { file, why } },
  );

const journalClosed = (dir: string): QueueError =>
  new QueueError('closed', `The journal in ${dir} is closed.`, { details: { dir } });
