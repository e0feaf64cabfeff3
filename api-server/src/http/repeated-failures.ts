import type { ErrorCode } from '@typed-queue/contracts';

const INTERVAL_MS = 60_000;

interface Told {
  readonly at: number;
  /** How many came since then and were not told. */
  readonly untold: number;
}

/**
 * Failures that many requests meet for the same reason, such as a database that cannot be reached: the first of a code
 * is told at once, and then one a minute, with the number of those between.
 */
export class RepeatedFailures {
  readonly #now: () => number;
  readonly #told = new Map<ErrorCode, Told>();

  /** `now`: milliseconds, from any beginning. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many of this code were not told since the last one that was; undefined: this one is not told either. */
  note(code: ErrorCode): number | undefined {
    const now = this.#now();
    const last = this.#told.get(code);
    if (last !== undefined && now - last.at < INTERVAL_MS) {
      this.#told.set(code, { ...last, untold: last.untold + 1 });
      return undefined;
    }
    this.#told.set(code, { at: now, untold: 0 });
    return last?.untold ?? 0;
  }
}
