import { QueueError } from '@typed-queue/contracts';
import type { Authenticator } from '@typed-queue/contracts/program';
import { addressRange } from './address-range.js';
import { TokenBucket } from './token-bucket.js';

/** What a connection asks. */
export type Authenticating = Pick<Authenticator, 'authenticate' | 'renew' | 'wallNow'>;

export interface WrongKeysParts {
  readonly authenticator: Authenticating;
  /** How many an address may show within a minute. */
  readonly mostPerMinute: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** Beyond it, the address that showed a wrong key longest ago is forgotten. */
const MAX_ADDRESSES = 10_000;

/**
 * Bounds the wrong keys from one address (of IPv6, from one /64): beyond, no key that comes from there is looked at for
 * a while, and right ones from elsewhere go on to be let in.
 */
export class WrongKeys {
  readonly #parts: WrongKeysParts;
  /** The address of the latest wrong key is the last. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(parts: WrongKeysParts) {
    this.#parts = parts;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Authenticates those who come from an address. */
  from(address: string): Authenticating {
    const range = addressRange(address);
    const { authenticator } = this.#parts;
    return {
      renew: (principal) => authenticator.renew(principal),
      wallNow: authenticator.wallNow,
      authenticate: async (token) => {
        this.#check(range);
        try {
          return await authenticator.authenticate(token);
        } catch (error) {
          // Who shows none guesses none.
          if (error instanceof QueueError && error.code === 'unauthorized' && token) this.#count(range);
          throw error;
        }
      },
    };
  }

  #check(range: string): void {
    const retryAfterMs = this.#buckets.get(range)?.waitMs(1) ?? 0;
    if (retryAfterMs === 0) return;
    throw new QueueError(
      'rate_limited',
      `Too many wrong keys came from this address (MAX_WRONG_KEYS_PER_ADDRESS of the server). Connect again after ${retryAfterMs} ms.`,
      { details: { limit: 'wrong keys', perMinute: this.#parts.mostPerMinute, retryAfterMs } },
    );
  }

  #count(range: string): void {
    const { mostPerMinute, now } = this.#parts;
    const rate = { perSecond: mostPerMinute / 60, burst: mostPerMinute };
    const bucket = this.#buckets.get(range) ?? new TokenBucket(rate, now);
    bucket.take(1);
    this.#buckets.delete(range);
    this.#buckets.set(range, bucket);
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined && this.#buckets.size > MAX_ADDRESSES) this.#buckets.delete(oldest);
  }
}
