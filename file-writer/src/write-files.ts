import type { SystemContract } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';
import { processFile, type FileWork } from './file-outcome.js';
import type { FileSystem } from './file-system.js';
import { publishingTo, type Publishing } from './publishing.js';
import type { Report } from './report.js';
import { removeLeftovers } from './temporary.js';

export interface FilesWork extends FileWork {
  /** Absolute. */
  readonly paths: readonly string[];
  readonly queue: Pick<QueueClient<SystemContract>, 'publish' | 'on' | 'close'>;
  /** Of the queue server, for people. */
  readonly server: string;
  /** How long receipts are waited for after the last file, in milliseconds. */
  readonly timeoutMs: number;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** A file to be processed. */
interface PlannedFile {
  /** As it was named first. */
  readonly path: string;
  /** With all links resolved; the path itself if there is no such file. */
  readonly target: string;
  /** 0 if it is unknown. */
  readonly bytes: number;
}

/** Each file once, whether it is named twice or through a link. */
const planOf = async (fs: FileSystem, paths: readonly string[]): Promise<readonly PlannedFile[]> => {
  const byTarget = new Map<string, PlannedFile>();
  for (const path of paths) {
    const target = await fs.realpath(path).catch(() => path);
    if (byTarget.has(target)) continue;
    const bytes = await fs.stat(target).then(
      ({ size }) => size,
      () => 0,
    );
    byTarget.set(target, { path, target, bytes });
  }
  return [...byTarget.values()];
};

/** Reports once that the server cannot be reached, and what it refuses. */
const watchConnection = ({ queue, server, report }: FilesWork): void => {
  let isReported = false;
  queue.on('connection:failed', () => {
    if (!isReported) report.status(`waiting for the queue server at ${server}`);
    isReported = true;
  });
  queue.on('error', ({ error }) => report.status(`${error.code}: ${error.message}`));
};

/** One after the other. @returns whether every file is written. */
const processAll = async (
  files: readonly PlannedFile[],
  work: FilesWork,
  publishing: Publishing,
): Promise<boolean> => {
  const { progress, report, signal } = work;
  let allDone = true;
  progress.start(files.reduce((sum, { bytes }) => sum + bytes, 0));
  for (const { path, bytes } of files) {
    if (signal.aborted) {
      report.skipped(path);
      allDone = false;
      continue;
    }
    progress.begin(path, bytes);
    const outcome = await processFile(path, work);
    report.outcome(outcome);
    publishing.add(outcome);
    allDone &&= outcome.event === 'save';
  }
  return allDone;
};

/**
 * Removes what killed runs left beside the files, processes the files in turn, publishes the outcome of each, and closes
 * the queue client. A file that fails does not stop the others.
 * @returns whether every file is written and every event published.
 */
export const writeFiles = async (work: FilesWork): Promise<boolean> => {
  const { fs, processes, paths, queue, report, signal, timeoutMs } = work;
  watchConnection(work);
  const publishing = publishingTo(queue);
  const files = await planOf(fs, paths);
  await removeLeftovers(
    fs,
    files.map(({ target }) => target),
    processes,
  );
  const allDone = await processAll(files, work, publishing);
  const unpublished = await publishing.receipts(timeoutMs, signal);
  for (const each of unpublished) report.unpublished(each);
  await queue.close({ timeoutMs: 0 });
  return allDone && unpublished.length === 0;
};
