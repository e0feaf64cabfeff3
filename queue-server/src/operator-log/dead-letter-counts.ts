import type { Logger } from 'pino';
import type { After } from '@typed-queue/contracts/wire';
import { EarliestTimer } from '../engine/earliest-timer.js';

/** Interval in which further dead letters of a group are only counted, in milliseconds. */
const FOLD_MS = 60_000;

export interface DeadLetterCountsDeps {
  readonly logger: Pick<Logger, 'warn'>;
  readonly now: () => number;
  readonly after: After;
}

interface Fold {
  readonly queue: string;
  readonly group: string;
  count: number;
}

/**
 * Logs dead letters as counts per group: the first at once, further ones of the next minute as one line. The messages
 * and reasons are in the dead letters themselves.
 */
export class DeadLetterCounts {
  readonly #deps: DeadLetterCountsDeps;
  readonly #timer: EarliestTimer;
  /** Groups within their interval, by queue and group. */
  readonly #folds = new Map<string, Fold>();

  constructor(deps: DeadLetterCountsDeps) {
    this.#deps = deps;
    this.#timer = new EarliestTimer(() => this.#onTime(), deps.now, deps.after);
  }

  add(queue: string, group: string, count: number): void {
    const name = `${queue}/${group}`;
    const fold = this.#folds.get(name);
    if (fold !== undefined) {
      fold.count += count;
      return;
    }
    this.#log({ queue, group, count });
    this.#folds.set(name, { queue, group, count: 0 });
    this.#timer.by(this.#deps.now() + FOLD_MS);
  }

  /** Logs the pending counts and stops. */
  stop(): void {
    this.#timer.stop();
    for (const fold of this.#folds.values()) if (fold.count > 0) this.#log(fold);
    this.#folds.clear();
  }

  #onTime(): void {
    for (const [name, fold] of this.#folds) {
      if (fold.count === 0) this.#folds.delete(name);
      else this.#log(fold);
      fold.count = 0;
    }
    if (this.#folds.size > 0) this.#timer.by(this.#deps.now() + FOLD_MS);
  }

  #log({ queue, group, count }: Fold): void {
    const text = count === 1 ? 'a message became a dead letter' : `${count} messages became dead letters`;
    this.#deps.logger.warn({ queue, group, count }, text);
  }
}
