import { QueueError } from '@typed-queue/contracts';
import type { Cost, RateLimit, RateLimits } from './rate-limits.js';
import { TokenBucket, type BucketRate } from './token-bucket.js';

export interface ClientRateDeps {
  readonly limits: RateLimits;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** The client goes on sending before it may. Called once. */
  readonly onAbuse: () => void;
}

/** How many requests a client may have in flight when it is first refused. */
const TOLERATED = 1_280;
/**
 * Regained with each request that is accepted: a client that waits, and then sends two requests for each that is
 * accepted, has no more refused than accepted.
 */
const REGAINED = 2;

/** A client shows a new token when the former one expires. */
const AUTHENTICATIONS = { burst: 30, perSecond: 0.5 };
/** A client ends its subscriptions all at once, and reports its positions several times a second. */
const CONTROLS = { burst: 5_000, perSecond: 1_000 };

/**
 * What one connection takes of the rate limits of its principal. Authentications and control requests have limits of
 * their own for each connection, so that a client at its rate limit may read on, leave and sign in.
 */
export class ClientRate {
  readonly #deps: ClientRateDeps;
  readonly #authentications: ConnectionRate;
  readonly #controls: ConnectionRate;
  #principal: string;
  #limit: RateLimit;
  #waitUntil = 0;
  /** How many requests may still come too early. */
  #tolerated = TOLERATED;
  #isAbused = false;

  constructor(principal: string, deps: ClientRateDeps) {
    this.#deps = deps;
    this.#principal = principal;
    this.#limit = deps.limits.open(principal);
    this.#authentications = new ConnectionRate('authentications', AUTHENTICATIONS, deps.now);
    this.#controls = new ConnectionRate('control requests', CONTROLS, deps.now);
  }

  /** Another principal pays from now on. */
  changePrincipal(principal: string): void {
    if (principal === this.#principal) return;
    this.end();
    this.#principal = principal;
    this.#limit = this.#deps.limits.open(principal);
  }

  /** Takes all that a request costs, or nothing. @throws QueueError `rate_limited` */
  take(cost: Cost): void {
    this.#limit.take(cost);
    this.#tolerated = Math.min(TOLERATED, this.#tolerated + REGAINED);
  }

  /** @throws QueueError `rate_limited` */
  takeAuthentication(): void {
    this.#authentications.take();
  }

  /** @throws QueueError `rate_limited` */
  takeControl(): void {
    this.#controls.take();
  }

  /** A request was refused. Those that come before the time that the client was given count against it. */
  refused({ code, details, retryable }: QueueError): void {
    if (!retryable) return;
    const now = this.#deps.now();
    if (now < this.#waitUntil) this.#countEarly();
    const { retryAfterMs } = details;
    if (code !== 'rate_limited' || typeof retryAfterMs !== 'number') return;
    this.#waitUntil = Math.max(this.#waitUntil, now + retryAfterMs);
  }

  /** The connection is closed. */
  end(): void {
    this.#deps.limits.close(this.#principal);
  }

  #countEarly(): void {
    this.#tolerated--;
    if (this.#isAbused || this.#tolerated >= 0) return;
    this.#isAbused = true;
    this.#deps.onAbuse();
  }
}

class ConnectionRate {
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
