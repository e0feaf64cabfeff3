/** Timers as a parameter, so that tests can steer time. */
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
 * One timer for many times: rings at the earliest that was asked for. It may ring early, never late. Its times are
 * those of a clock that is never set; who waits for a time of day looks at it again every minute.
 */
export class EarliestTimer {
  readonly #ring: () => void;
  readonly #now: () => number;
  readonly #timers: Timers;
  #at = Infinity;
  #timer: unknown;

  constructor(ring: () => void, now: () => number, timers: Timers) {
    this.#ring = ring;
    this.#now = now;
    this.#timers = timers;
  }

  /** Rings at this time (ms, of the clock), unless it rings before. */
  by(time: number | undefined): void {
    if (time === undefined || time >= this.#at) return;
    this.stop();
    this.#at = time;
    const delay = Math.min(Math.max(0, time - this.#now()), MAX_DELAY_MS);
    this.#timer = this.#timers.set(() => {
      this.#at = Infinity;
      this.#ring();
    }, delay);
  }

  stop(): void {
    if (this.#at !== Infinity) this.#timers.clear(this.#timer);
    this.#at = Infinity;
  }
}
