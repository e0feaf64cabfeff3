interface RepeatedErrorsOptions {
  /** In milliseconds. */
  readonly intervalMs: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** More kinds start the counts again. */
const MAX_KINDS = 100;

interface Logged {
  readonly at: number;
  /** How many came since and were not logged. */
  readonly skipped: number;
}

/** Rate-limits repeated errors in a log: of each kind the first is logged, and then one per interval with a count. */
export class RepeatedErrors {
  readonly #options: RepeatedErrorsOptions;
  readonly #logged = new Map<string, Logged>();

  constructor(options: RepeatedErrorsOptions) {
    this.#options = options;
  }

  /** How many of this kind were skipped since the last logged one; undefined: skip this one, too. */
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
