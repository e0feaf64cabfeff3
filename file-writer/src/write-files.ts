import type { SystemContract } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';
import { processFile, type FileWork } from './file-outcome.js';
import type { FileSystem } from './file-system.js';
import { publishingTo } from './publishing.js';
import type { Report } from './report.js';

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

/** Each file once, under its first name, whether it is named twice or through a link. */
const distinct = async (fs: FileSystem, paths: readonly string[]): Promise<readonly string[]> => {
  const byTarget = new Map<string, string>();
  for (const path of paths) {
    const target = await fs.realpath(path).catch(() => path);
    if (!byTarget.has(target)) byTarget.set(target, path);
  }
  return [...byTarget.values()];
};

/** Tells the user, once, that the server cannot be reached, and what it refuses. */
const watchConnection = ({ queue, server, report }: FilesWork): void => {
  let told = false;
  queue.on('connection:failed', () => {
    if (!told) report.say(`waiting for the queue server at ${server}`);
    told = true;
  });
  queue.on('error', ({ error }) => report.say(`${error.code}: ${error.message}`));
};

/**
 * Processes one file after the other, publishing what became of each, and closes the queue client.
 * One that fails does not stop the others.
 * @returns whether every file is written and every event published.
 */
export const writeFiles = async (work: FilesWork): Promise<boolean> => {
  const { fs, paths, queue, report, signal, timeoutMs } = work;
  watchConnection(work);
  const publishing = publishingTo(queue);
  let allDone = true;
  for (const path of await distinct(fs, paths)) {
    if (signal.aborted) {
      report.skipped(path);
      allDone = false;
      continue;
    }
    const outcome = await processFile(path, work);
    report.outcome(outcome);
    publishing.add(outcome);
    allDone &&= outcome.event === 'save';
  }
  const unpublished = await publishing.receipts(timeoutMs, signal);
  for (const each of unpublished) report.unpublished(each);
  await queue.close({ timeoutMs: 0 });
  return allDone && unpublished.length === 0;
};
