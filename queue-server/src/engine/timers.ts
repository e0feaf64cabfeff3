/** Timers as a dependency, so that tests control time. */
export interface Timers {
  readonly set: (run: () => void, delayMs: number) => unknown;
  readonly clear: (timer: unknown) => void;
}

export const systemTimers: Timers = {
  set: (run, delayMs) => setTimeout(run, delayMs).unref(),
  // Safe: only what `set` returned comes back.
  clear: (timer) => {
    clearTimeout(timer as NodeJS.Timeout);
  },
};

/** The longest delay that a timer of Node takes. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * One timer for many times: runs at the earliest of them, perhaps early, never late. Its times are those of a clock that
 * is never set.
 */
export class EarliestTimer {
  readonly #run: () => void;
  readonly #now: () => number;
  readonly #timers: Timers;
  #at = Infinity;
  #timer: unknown;

  constructor(run: () => void, now: () => number, timers: Timers) {
    this.#run = run;
    this.#now = now;
    this.#timers = timers;
  }

  /** Runs at this time (ms of the clock) or before. */
  by(time: number | undefined): void {
    if (time === undefined || time >= this.#at) return;
    this.stop();
    this.#at = time;
    const delay = Math.min(Math.max(0, time - this.#now()), MAX_DELAY_MS);
    this.#timer = this.#timers.set(() => {
      this.#at = Infinity;
      this.#run();
    }, delay);
  }

  stop(): void {
    if (this.#at !== Infinity) this.#timers.clear(this.#timer);
    this.#at = Infinity;
  }
}
