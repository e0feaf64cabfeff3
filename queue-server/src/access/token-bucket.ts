export interface BucketRate {
  readonly perSecond: number;
  /** How much the bucket holds. Default: as much as a second brings. */
  readonly burst?: number;
}

/** A token bucket: fills at a constant rate up to its burst. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #now: () => number;
  #level: number;
  #filledAt: number;

  /** `now`: milliseconds of a monotonic clock. */
  constructor({ perSecond, burst = perSecond }: BucketRate, now: () => number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#now = now;
    this.#level = burst;
    this.#filledAt = now();
  }

  get isFull(): boolean {
    this.#fill();
    return this.#level >= this.#burst;
  }

  /** How long until an amount is available, in milliseconds; 0: now. More than the burst needs a full bucket. */
  waitMs(amount: number): number {
    this.#fill();
    const missing = Math.min(amount, this.#burst) - this.#level;
    return missing <= 0 ? 0 : Math.ceil((missing / this.#perSecond) * 1_000);
  }

  /** Takes an amount, available or not: the level may become negative. */
  take(amount: number): void {
    this.#fill();
    this.#level -= amount;
  }

  /** Returns an amount that was not needed. */
  giveBack(amount: number): void {
    this.#level = Math.min(this.#burst, this.#level + amount);
  }

  #fill(): void {
    const now = this.#now();
    this.#level = Math.min(this.#burst, this.#level + ((now - this.#filledAt) / 1_000) * this.#perSecond);
    this.#filledAt = now;
  }
}
