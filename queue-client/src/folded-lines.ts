import type { Runtime } from './runtime.js';

/** After so many milliseconds without a line of its kind, counting starts again. */
const QUIET_MS = 60_000;

interface Fold {
  count: number;
  last: number;
}

/** Rate-limited console lines: of each kind the first, the 10th, the 100th … */
export class FoldedLines {
  readonly #runtime: Pick<Runtime, 'now' | 'warn'>;
  readonly #folds = new Map<string, Fold>();

  constructor(runtime: Pick<Runtime, 'now' | 'warn'>) {
    this.#runtime = runtime;
  }

  /** `all`: how many are written before the limit applies. */
  say(kind: string, text: string, all = 1): void {
    const now = this.#runtime.now();
    for (const [name, { last }] of this.#folds) {
      if (now - last >= QUIET_MS) this.#folds.delete(name);
    }
    const count = (this.#folds.get(kind)?.count ?? 0) + 1;
    this.#folds.set(kind, { count, last: now });
    const more = count > all;
    if (more && !Number.isInteger(Math.log10(count))) return;
    // Control characters would break the line or the terminal.
    const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
    this.#runtime.warn(more ? `${line} (number ${count} of its kind)` : line);
  }
}
