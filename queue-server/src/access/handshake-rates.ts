import { QueueError } from '@typed-queue/contracts';
import { TokenBucket, type BucketRate } from './token-bucket.js';

/** Of one principal on all its addresses. */
export const PRINCIPAL_HANDSHAKES: BucketRate = { burst: 200, perSecond: 100 };
/** Of one address, from which many clients may come. */
export const ADDRESS_HANDSHAKES: BucketRate = { burst: 1_000, perSecond: 200 };
/** Each connection of a principal that is cut off keeps it so long from connecting. */
const CUT_MS = 5_000;
const MAX_WAIT_MS = 30_000;
/** How often callers with full buckets are forgotten, in milliseconds. */
const SWEEP_MS = 1_000;

/** How often each caller, a principal or an address, may connect. */
export class HandshakeRates {
  readonly #rate: BucketRate | undefined;
  readonly #now: () => number;
  readonly #buckets = new Map<string, TokenBucket>();
  #sweptAt: number;

  /** `rate` undefined: no limit. `now`: milliseconds of a monotonic clock. */
  constructor(rate: BucketRate | undefined, now: () => number) {
    this.#rate = rate;
    this.#now = now;
    this.#sweptAt = now();
  }

  /** How many callers are kept. */
  get size(): number {
    return this.#buckets.size;
  }

  /** `whose`: such as "this address". @throws QueueError `rate_limited` */
  take(caller: string, whose: string): void {
    const bucket = this.#bucketOf(caller);
    const retryAfterMs = bucket?.waitMs(1) ?? 0;
    if (retryAfterMs > 0) {
      throw new QueueError(
        'rate_limited',
        `Too many connections of ${whose} at once. Connect again after ${retryAfterMs} ms.`,
        { details: { limit: 'handshakes', perSecond: this.#rate?.perSecond, retryAfterMs } },
      );
    }
    bucket?.take(1);
  }

  /** A connection of a principal was cut off for what it sent. */
  cut(principal: string): void {
    const bucket = this.#bucketOf(principal);
    if (bucket === undefined || bucket.waitMs(1) >= MAX_WAIT_MS) return;
    bucket.take((CUT_MS / 1_000) * (this.#rate?.perSecond ?? 0));
  }

  #bucketOf(caller: string): TokenBucket | undefined {
    if (this.#rate === undefined) return undefined;
    this.#sweep();
    const bucket = this.#buckets.get(caller) ?? new TokenBucket(this.#rate, this.#now);
    this.#buckets.set(caller, bucket);
    return bucket;
  }

  #sweep(): void {
    const now = this.#now();
    if (now - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = now;
    for (const [caller, bucket] of this.#buckets) if (bucket.isFull) this.#buckets.delete(caller);
  }
}
