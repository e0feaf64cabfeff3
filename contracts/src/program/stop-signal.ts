import { constants } from 'node:os';

/** Milliseconds. A terminal, npm and a parent that forwards signals may all deliver the same Ctrl-C. */
const SAME_KEY_PRESS_MS = 1_000;

/** What it uses of the process. */
export interface Signalled {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(code: number): unknown;
}

/**
 * Aborts at the first SIGINT or SIGTERM; `reason` is the exit code of a program ended by it (130, 143).
 * A second one, if it is not just another delivery of the first, ends the process at once with that code.
 */
export const stopSignal = (process: Signalled, now: () => number = () => performance.now()): AbortSignal => {
  const stop = new AbortController();
  let stoppedAt = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const exitCode = 128 + constants.signals[signal];
    process.on(signal, () => {
      if (!stop.signal.aborted) {
        stoppedAt = now();
        stop.abort(exitCode);
      } else if (now() - stoppedAt > SAME_KEY_PRESS_MS) {
        process.exit(exitCode);
      }
    });
  }
  return stop.signal;
};
