import { QueueError } from '@typed-queue/contracts';
import { TokenBucket, type BucketRate } from '../access/token-bucket.js';

/** A client shows a new token when the former one expires. */
const AUTHENTICATIONS = { burst: 30, perSecond: 0.5 };
/** A client ends its subscriptions all at once, and says some times a second how far it has read. */
const CONTROLS = { burst: 5_000, perSecond: 1_000 };

/**
 * Requests that do not count against the rate limits of a principal, so that a client at its limit may read on, leave
 * and sign in. Each connection has a bound of its own for them.
 */
export class ControlRates {
  readonly #authentications: Bound;
  readonly #controls: Bound;

  /** `now`: milliseconds of a monotonic clock. */
  constructor(now: () => number) {
    this.#authentications = new Bound('authentications', AUTHENTICATIONS, now);
    this.#controls = new Bound('control requests', CONTROLS, now);
  }

  /** @throws QueueError `rate_limited` */
  authenticate(): void {
    this.#authentications.take();
  }

  /** @throws QueueError `rate_limited` */
  control(): void {
    this.#controls.take();
  }
}

class Bound {
  readonly #limit: string;
  readonly #bucket: TokenBucket;

  constructor(limit: string, rate: BucketRate, now: () => number) {
    this.#limit = limit;
    this.#bucket = new TokenBucket(rate, now);
  }

  take(): void {
    const retryAfterMs = this.#bucket.waitMs(1);
    if (retryAfterMs > 0) {
      throw new QueueError(
        'rate_limited',
        `Too many ${this.#limit} on this connection. Send it again after ${retryAfterMs} ms.`,
        { details: { limit: this.#limit, retryAfterMs } },
      );
    }
    this.#bucket.take(1);
  }
}
