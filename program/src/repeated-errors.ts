export interface RepeatedErrorsOptions {
  /** In milliseconds. */
  readonly intervalMs: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** Beyond it counting starts again. */
const MAX_KINDS = 100;

interface Logged {
  readonly at: number;
  /** How many came since then and were not logged. */
  readonly skipped: number;
}

/** Rate-limits the log of errors that repeat: of each kind the first is logged, and then one per interval with a count. */
export class RepeatedErrors {
  readonly #options: RepeatedErrorsOptions;
  readonly #logged = new Map<string, Logged>();

  constructor(options: RepeatedErrorsOptions) {
    this.#options = options;
  }

  /** For an error that may be logged: how many of its kind were skipped since the last one; undefined: skip it, too. */
  note(kind: string): number | undefined {
    const now = this.#options.now();
    const last = this.#logged.get(kind);
    if (last !== undefined && now < last.at + this.#options.intervalMs) {
      this.#logged.set(kind, { ...last, skipped: last.skipped + 1 });
      return undefined;
    }
    if (this.#logged.size >= MAX_KINDS) this.#logged.clear();
    this.#logged.set(kind, { at: now, skipped: 0 });
    return last?.skipped ?? 0;
  }
}
