import { QueueError } from '@typed-queue/contracts';
import type { Cost, RateLimit, RateLimits } from './rate-limits.js';

export interface ClientRateParts {
  readonly limits: RateLimits;
  readonly now: () => number;
  /** The client goes on sending while it was told to wait. Called once. */
  readonly onAbuse: () => void;
}

/** What a client may have in flight when it is first told to wait. */
const TOLERATED = 1_280;
/**
 * For each request that is taken: a client that waits as it is told, and then sends twice as much with each that is
 * taken, has no more refused than taken.
 */
const REGAINED = 2;

/** What one connection takes of the rate limits of its principal. */
export class ClientRate {
  readonly #parts: ClientRateParts;
  #principal: string;
  #limit: RateLimit;
  #waitUntil = 0;
  /** How many requests may still come too early. */
  #tolerated = TOLERATED;
  #isAbused = false;

  constructor(principal: string, parts: ClientRateParts) {
    this.#parts = parts;
    this.#principal = principal;
    this.#limit = parts.limits.open(principal);
  }

  /** The connection speaks for this principal from now on. */
  speakFor(principal: string): void {
    if (principal === this.#principal) return;
    this.end();
    this.#principal = principal;
    this.#limit = this.#parts.limits.open(principal);
  }

  /** Takes all that a request costs, or nothing. @throws QueueError `rate_limited` */
  take(cost: Cost): void {
    this.#limit.take(cost);
    this.#tolerated = Math.min(TOLERATED, this.#tolerated + REGAINED);
  }

  /** Counts what was done already. */
  spend(cost: Cost): void {
    this.#limit.spend(cost);
  }

  /** A request was refused. Those that come before the time that the client was told count against it. */
  refused({ code, details, retryable }: QueueError): void {
    if (!retryable) return;
    const now = this.#parts.now();
    if (now < this.#waitUntil) this.#countEarly();
    const { retryAfterMs } = details;
    if (code !== 'rate_limited' || typeof retryAfterMs !== 'number') return;
    this.#waitUntil = Math.max(this.#waitUntil, now + retryAfterMs);
  }

  /** The connection is gone. */
  end(): void {
    this.#parts.limits.close(this.#principal);
  }

  #countEarly(): void {
    this.#tolerated--;
    if (this.#isAbused || this.#tolerated >= 0) return;
    this.#isAbused = true;
    this.#parts.onAbuse();
  }
}
