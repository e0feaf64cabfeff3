import type { Writable } from 'node:stream';
import type { Contract } from '@typed-queue/contracts';
import type { After } from '@typed-queue/program';
import type { QueueClient } from '@typed-queue/queue-client';
import { exitCodeOf, firstEnd } from './end.js';
import type { Selection } from './filter.js';
import type { Layout } from './layouts/layout.js';
import { printSource, printTo } from './printing.js';
import type { Source } from './source.js';
import { reportEvents, statusTo } from './status.js';

/** How long a stop waits for the line that is being printed, in milliseconds. */
const PRINT_MS = 5_000;
/** How long any other end waits for the server to confirm what was printed, in milliseconds. */
const CONFIRM_MS = 500;

export interface LoggerDeps {
  readonly queue: Pick<QueueClient<Contract>, 'subscribe' | 'tail' | 'on' | 'close'>;
  /** What the server serves, as far as the logger knows. */
  readonly contract: Contract;
  /** Of the queue server, for people. */
  readonly server: string;
  readonly selection: Selection;
  readonly source: Source;
  readonly layout: Layout;
  /** Takes the events. */
  readonly stdout: Writable;
  /** Takes the status of the logger. */
  readonly stderr: Writable;
  readonly after: After;
  /** Ends the logger. */
  readonly signal: AbortSignal;
}

/**
 * Prints each selected event until it is stopped, refused, the reader of its output is gone, or a replay that does not
 * follow is live. As a member of a group it acknowledges an event when `stdout` took its line: what was not printed is
 * delivered again, to this logger or the next.
 * @returns the exit code: 0, or 1 when `stdout` failed or the server refused permanently.
 */
export const runLogger = async (deps: LoggerDeps): Promise<number> => {
  const { queue, source, stdout, stderr, signal } = deps;
  const report = statusTo(stderr);
  const endStatus = reportEvents({ ...deps, report });
  const printing = printSource(source, { ...deps, print: printTo(stdout), report });
  const end = await firstEnd({ queue, printing, stdout, signal });
  endStatus();
  const exitCode = exitCodeOf(end, report);
  await queue.close({ timeoutMs: end.kind === 'stopped' ? PRINT_MS : CONFIRM_MS });
  return exitCode;
};
