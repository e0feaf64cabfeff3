import type { SystemContract } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';
import { processFile, type FileWork } from './file-outcome.js';
import { planOf, type PlannedFile } from './plan.js';
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

/** Tells the user, once, that the server cannot be reached, and what it refuses. */
const watchConnection = ({ queue, server, report }: FilesWork): void => {
  let told = false;
  queue.on('connection:failed', () => {
    if (!told) report.say(`waiting for the queue server at ${server}`);
    told = true;
  });
  queue.on('error', ({ error }) => report.say(`${error.code}: ${error.message}`));
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
 * Processes one file after the other, publishing what became of each, and closes the queue client.
 * One that fails does not stop the others. What killed runs left beside the files is removed before.
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
