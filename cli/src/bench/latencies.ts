/** What was measured of one step of all messages. */
export interface Measured {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** How long one step of each message took, in milliseconds. */
export class Latencies {
  readonly #all: Float64Array;
  readonly #known: Uint8Array;
  #count = 0;

  constructor(messages: number) {
    this.#all = new Float64Array(messages);
    this.#known = new Uint8Array(messages);
  }

  /** Whether all messages were measured. */
  get isComplete(): boolean {
    return this.#count === this.#all.length;
  }

  /** Of a message by its number; only the first counts. */
  add(message: number, ms: number): void {
    if (this.#known[message] !== 0) return;
    this.#known[message] = 1;
    this.#all[message] = ms;
    this.#count++;
  }

  /** `elapsedMs`: of all messages together. */
  measured(elapsedMs: number): Measured {
    const sorted = this.#all.toSorted();
    const quantile = (part: number): number => rounded(sorted[Math.ceil(part * sorted.length) - 1] ?? 0);
    const perSecond = Math.round((this.#count * 1_000) / Math.max(elapsedMs, 1));
    return { perSecond, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
  }
}

const rounded = (ms: number): number => Math.round(ms * 100) / 100;
