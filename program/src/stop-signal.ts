import { constants } from 'node:os';
import { isNpm, npmProcessOf } from './npm-process.js';

/** Milliseconds. A terminal, npm and a parent that forwards signals may all deliver the same Ctrl-C. */
const SAME_KEY_PRESS_MS = 1_000;
/** How often a program that npm started checks that npm and its shell still run, in milliseconds. */
const PARENT_CHECK_MS = 500;

type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** The used part of `process`. */
export interface Signalled {
  on(event: StopSignal | 'disconnect', listener: () => void): unknown;
  exit(code: number): unknown;
  readonly ppid: number;
  /** Where a parent has opened one; closed when the parent is gone. */
  readonly channel?: { unref(): unknown } | null | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface StopTimers {
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Runs a function periodically without keeping the process alive. */
  readonly every: (ms: number, run: () => void) => void;
}

/** What the system says of npm above a program. */
interface NpmProcesses {
  readonly npmOf: (parent: number) => number | undefined;
  readonly isNpm: (pid: number) => boolean;
}

const systemTimers: StopTimers = {
  now: () => performance.now(),
  every: (ms, run) => {
    setInterval(run, ms).unref();
  },
};

/**
 * Aborts at the first SIGINT or SIGTERM, or another of `signals`; `reason` is the exit code of a program ended by it (130,
 * 143; 129 for SIGHUP).
 * A second one, unless it is another delivery of the first, ends the process at once with that code.
 *
 * A program started by `npm start` also stops when its parent or npm is gone: npm signals the shell between
 * them, which not every shell forwards, and a killed npm signals nobody. On systems other than Linux the shell hides the
 * end of a killed npm. With another script and with npx it does so only where npm is seen above it, on Linux: the
 * variables of npm are also those of a program that was started by hand in a shell of npm, and may outlive it. A program
 * that was started with an IPC channel stops when that is closed.
 */
export const stopSignal = (
  process: Signalled,
  signals: readonly StopSignal[] = ['SIGINT', 'SIGTERM'],
  timers: StopTimers = systemTimers,
  processes: NpmProcesses = { npmOf: npmProcessOf, isNpm },
): AbortSignal => {
  const stop = new AbortController();
  let stoppedAt = 0;
  const abort = (exitCode: number): void => {
    stoppedAt = timers.now();
    stop.abort(exitCode);
  };
  for (const signal of signals) {
    const exitCode = 128 + constants.signals[signal];
    process.on(signal, () => {
      if (!stop.signal.aborted) abort(exitCode);
      else if (timers.now() - stoppedAt > SAME_KEY_PRESS_MS) process.exit(exitCode);
    });
  }
  watchParent(process, { timers, ...processes }, () => {
    if (!stop.signal.aborted) abort(128 + constants.signals.SIGTERM);
  });
  return stop.signal;
};

/** Resolves when the signal aborts; at once when it has. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Says once or more often that the parent, or npm above it, is gone. */
const watchParent = (
  process: Signalled,
  { timers, npmOf, isNpm }: NpmProcesses & { readonly timers: StopTimers },
  isGone: () => void,
): void => {
  if (process.channel) {
    process.on('disconnect', isGone);
    process.channel.unref();
  }
  const { npm_lifecycle_event: script, npm_command: command } = process.env;
  if (script === undefined && command !== 'exec') return;
  const parent = process.ppid;
  const npm = npmOf(parent);
  if (script !== 'start' && (npm === undefined || !isNpm(npm))) return;
  timers.every(PARENT_CHECK_MS, () => {
    if (process.ppid !== parent || (npmOf(parent) ?? npm) !== npm) isGone();
  });
};
