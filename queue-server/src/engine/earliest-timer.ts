import type { After } from '@typed-queue/contracts/wire';

/** The longest delay that a timer of Node takes. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * One timer for many times: runs at the earliest of them, perhaps early, never late. Its times are those of a clock that
 * is never set.
 */
export class EarliestTimer {
  readonly #run: () => void;
  readonly #now: () => number;
  readonly #after: After;
  #at = Infinity;
  #cancel: () => void = () => undefined;

  constructor(run: () => void, now: () => number, after: After) {
    this.#run = run;
    this.#now = now;
    this.#after = after;
  }

  /** Runs at this time (ms of the clock) or before. */
  by(time: number | undefined): void {
    if (time === undefined || time >= this.#at) return;
    this.stop();
    this.#at = time;
    const delay = Math.min(Math.max(0, time - this.#now()), MAX_DELAY_MS);
    this.#cancel = this.#after(delay, () => {
      this.#at = Infinity;
      this.#run();
    });
  }

  stop(): void {
    if (this.#at !== Infinity) this.#cancel();
    this.#at = Infinity;
  }
}
