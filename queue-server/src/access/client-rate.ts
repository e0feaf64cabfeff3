import { QueueError } from '@typed-queue/contracts';
import type { Cost, RateLimit, RateLimits } from './rate-limits.js';
import { TokenBucket } from './token-bucket.js';

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
/** A refused request with more bytes counts for several: it was received whole. */
const BYTES_OF_A_REFUSAL = 256 * 1024;

/**
 * What one connection takes of the rate limits of its principal. Control requests and authentications have rates of
 * their own, so that a client at its rate limit may read on, leave and sign in.
 */
export class ClientRate {
  readonly #deps: ClientRateDeps;
  readonly #authentications: TokenBucket;
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
    this.#authentications = new TokenBucket(AUTHENTICATIONS, deps.now);
  }

  /** Whose rate limits apply. */
  get principal(): string {
    return this.#principal;
  }

  /** The rate limits of another principal apply from now on. */
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
  takeAuthentication(bytes: number): void {
    this.takeControl(bytes);
    const retryAfterMs = this.#authentications.waitMs(1);
    if (retryAfterMs > 0) {
      throw new QueueError(
        'rate_limited',
        `Too many authentications on this connection. Send it again after ${retryAfterMs} ms.`,
        { details: { limit: 'authentications', retryAfterMs } },
      );
    }
    this.#authentications.take(1);
  }

  /** Counts bytes of a request that is never refused. */
  takeBytes(bytes: number): void {
    this.#limit.charge(bytes);
  }

  /** A request that is never refused; a connection of a principal that sends far too many is abused. */
  takeControl(bytes: number): void {
    this.#limit.charge(bytes);
    if (this.#limit.controls?.takeControl(bytes) === false) this.#abuse();
  }

  /** A position that says more than the last one. It is not refused, but may have to wait. */
  takePosition(bytes: number): void {
    this.#limit.charge(bytes);
    if (this.#limit.controls?.takePosition(bytes) === false) this.#abuse();
  }

  /** How long positions wait before they count, in milliseconds; 0: not at all. */
  get positionWaitMs(): number {
    return this.#limit.controls?.positionWaitMs ?? 0;
  }

  /** A request was refused. Those that come before the time that the client was given count against it. */
  refused({ code, details, retryable }: QueueError, bytes: number): void {
    if (!retryable) return;
    const now = this.#deps.now();
    if (now < this.#waitUntil) this.#countEarly(Math.max(1, Math.ceil(bytes / BYTES_OF_A_REFUSAL)));
    const { retryAfterMs } = details;
    if (code !== 'rate_limited' || typeof retryAfterMs !== 'number') return;
    this.#waitUntil = Math.max(this.#waitUntil, now + retryAfterMs);
  }

  /** The connection is closed. */
  end(): void {
    this.#deps.limits.close(this.#principal);
  }

  #countEarly(requests: number): void {
    this.#tolerated -= requests;
    if (this.#tolerated < 0) this.#abuse();
  }

  #abuse(): void {
    if (this.#isAbused) return;
    this.#isAbused = true;
    this.#deps.onAbuse();
  }
}
