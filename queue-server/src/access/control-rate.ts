import { TokenBucket, type BucketRate } from './token-bucket.js';

/** A client ends all its subscriptions at once. */
const CONTROLS: BucketRate = { burst: 5_000, perSecond: 1_000 };
/** A client reports the position of each tail several times a second. */
const POSITIONS: BucketRate = { burst: 5_000, perSecond: 1_000 };
/** How far ahead of its rate a principal may be, in milliseconds. */
const MAX_CONTROL_DEBT_MS = 5_000;
const MAX_POSITION_DEBT_MS = 60_000;
/** A request with more bytes counts for several. */
const BYTES_OF_A_CONTROL = 1_024;

/**
 * How often one principal may pause and end subscriptions, and report positions. Nothing of this is refused: a control
 * request costs less than the resend of a refused one would, and a position waits.
 */
export class ControlRate {
  readonly #controls: TokenBucket;
  readonly #positions: TokenBucket;

  /** `now`: milliseconds of a monotonic clock. */
  constructor(now: () => number) {
    this.#controls = new TokenBucket(CONTROLS, now);
    this.#positions = new TokenBucket(POSITIONS, now);
  }

  /** @returns whether the principal is less than 5 s ahead of its rate */
  takeControl(bytes: number): boolean {
    const cost = Math.ceil(bytes / BYTES_OF_A_CONTROL);
    return takeUpTo(this.#controls, Math.max(1, cost), MAX_CONTROL_DEBT_MS);
  }

  /** @returns as `takeControl`: far ahead of its rate, positions count as control requests */
  takePosition(bytes: number): boolean {
    if (bytes > BYTES_OF_A_CONTROL) return this.takeControl(bytes);
    return takeUpTo(this.#positions, 1, MAX_POSITION_DEBT_MS) || this.takeControl(bytes);
  }

  /** How long a position that was charged has to wait, in milliseconds; 0: not at all. */
  get positionWaitMs(): number {
    return this.#positions.waitMs(0);
  }

  /** Both buckets are full, as in a new one. */
  get isUnused(): boolean {
    return this.#controls.isFull && this.#positions.isFull;
  }
}

/** @returns whether the bucket is in debt for less than the given time */
const takeUpTo = (bucket: TokenBucket, amount: number, maxDebtMs: number): boolean => {
  if (bucket.waitMs(0) >= maxDebtMs) return false;
  bucket.take(amount);
  return bucket.waitMs(0) < maxDebtMs;
};
