import type { Runtime } from './runtime.js';

/** A kind that was quiet for so long is new again, in milliseconds. */
const QUIET_MS = 60_000;

interface Fold {
  count: number;
  last: number;
}

/** Lines for people: of a flood of the same kind the first, the 10th, the 100th … */
export class FoldedLines {
  readonly #runtime: Pick<Runtime, 'now' | 'warn'>;
  readonly #folds = new Map<string, Fold>();

  constructor(runtime: Pick<Runtime, 'now' | 'warn'>) {
    this.#runtime = runtime;
  }

  /** `all`: so many are written before the rest is folded. */
  say(kind: string, text: string, all = 1): void {
    const now = this.#runtime.now();
    for (const [name, { last }] of this.#folds) {
      if (now - last >= QUIET_MS) this.#folds.delete(name);
    }
    const count = (this.#folds.get(kind)?.count ?? 0) + 1;
    this.#folds.set(kind, { count, last: now });
    const more = count > all;
    if (more && !Number.isInteger(Math.log10(count))) return;
    // One event is one line, whatever stands in it.
    const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
    this.#runtime.warn(more ? `${line} (number ${count} of its kind)` : line);
  }
}
