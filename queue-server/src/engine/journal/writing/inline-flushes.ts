/** Milliseconds from which an inline flush counts as slow; handing it to the thread pool would take about 0.1. */
const SLOW_MS = 1;
/** One slow flush may be chance. */
const SLOW_IN_A_ROW = 3;
/** How many batches are then flushed off the event loop, until the disk is tried again. */
const BATCHES_OFF_THE_LOOP = 256;

/** Which batches are written and flushed in one call on the event loop: small ones, while the disk is fast. */
export class InlineFlushes {
  readonly #maxBytes: number;
  readonly #now: () => number;
  #slow = 0;
  #offTheLoop = 0;

  /** `now`: milliseconds of a monotonic clock. */
  constructor(maxBytes: number, now: () => number) {
    this.#maxBytes = maxBytes;
    this.#now = now;
  }

  /** Whether the next batch is flushed inline. */
  next(bytes: number): boolean {
    if (bytes > this.#maxBytes) return false;
    if (this.#offTheLoop === 0) return true;
    this.#offTheLoop--;
    return false;
  }

  /** Runs an inline flush, and measures it. */
  async measured<T>(flush: () => Promise<T>): Promise<T> {
    const begun = this.#now();
    const result = await flush();
    this.#slow = this.#now() - begun < SLOW_MS ? 0 : this.#slow + 1;
    if (this.#slow >= SLOW_IN_A_ROW) this.#offTheLoop = BATCHES_OFF_THE_LOOP;
    return result;
  }
}
