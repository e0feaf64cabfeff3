import type { Writable } from 'node:stream';
import type { Contract } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';
import { match } from 'ts-pattern';
import { exitCodeOf, firstEnd } from './end.js';
import type { Selection } from './filter.js';
import type { After } from './first-failures.js';
import { printGroup } from './group.js';
import type { Layout } from './layout.js';
import { printerTo } from './printer.js';
import { printReplay } from './replay.js';
import type { Source } from './source.js';
import type { Say } from './say.js';
import { sayEvents, statusTo } from './status.js';

/** How long a stop waits for the line that is being printed. */
const PRINT_MS = 5_000;
/** How long any other end waits until the server knows what was printed: nothing more will be. */
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
  /** Takes what the logger says of itself. */
  readonly stderr: Writable;
  readonly after: After;
  /** Ends the logger. */
  readonly signal: AbortSignal;
}

const print = ({ source, stdout, ...deps }: LoggerDeps & { readonly say: Say }): Promise<void> => {
  const printing = { ...deps, print: printerTo(stdout) };
  return match(source)
    .with({ kind: 'group' }, (group) => printGroup(group, printing))
    .with({ kind: 'replay' }, (replay) => printReplay(replay, printing))
    .exhaustive();
};

/**
 * Prints each selected event until it is stopped, refused, nobody reads any more, or a replay that does not follow is
 * live. As a member of a group it acknowledges an event when `stdout` took its line: what was not printed goes out
 * again, to this logger or the next.
 * @returns the exit code: 0, or 1 when `stdout` failed or the server refused for good.
 */
export const runLogger = async (deps: LoggerDeps): Promise<number> => {
  const { queue, stdout, stderr, signal } = deps;
  const say = statusTo(stderr);
  const endStatus = sayEvents({ ...deps, say });
  const end = await firstEnd({ queue, printing: print({ ...deps, say }), stdout, signal });
  endStatus();
  const exitCode = exitCodeOf(end, say);
  await queue.close({ timeoutMs: end.kind === 'stopped' ? PRINT_MS : CONFIRM_MS });
  return exitCode;
};
