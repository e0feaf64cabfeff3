import { QueueError } from '@typed-queue/contracts';
import { ControlRate } from './control-rate.js';
import { TokenBucket } from './token-bucket.js';

/** What each principal may send. Undefined: no limit. */
export interface Rates {
  readonly messagesPerSecond?: number | undefined;
  readonly bytesPerSecond?: number | undefined;
}

/** Where no rate is configured, control requests and handshakes are not limited either. */
export const isRateLimited = ({ messagesPerSecond, bytesPerSecond }: Rates): boolean =>
  messagesPerSecond !== undefined || bytesPerSecond !== undefined;

/** What a request costs. */
export interface Cost {
  readonly messages: number;
  readonly bytes: number;
}

interface Limit {
  readonly unit: keyof Cost;
  readonly perSecond: number;
  readonly variable: string;
  readonly bucket: TokenBucket;
}

/** How often principals without connections are checked, in milliseconds. */
const SWEEP_MS = 1_000;

/** The rate limits of one principal, shared by all its connections. */
export class RateLimit {
  readonly #limits: readonly Limit[];
  /** Undefined: no limit. */
  readonly controls: ControlRate | undefined;

  constructor(rates: Rates, now: () => number) {
    const { messagesPerSecond, bytesPerSecond } = rates;
    this.controls = isRateLimited(rates) ? new ControlRate(now) : undefined;
    const limitOf = (unit: keyof Cost, variable: string, perSecond: number | undefined): readonly Limit[] =>
      perSecond === undefined
        ? []
        : [{ unit, variable, perSecond, bucket: new TokenBucket({ perSecond }, now) }];
    this.#limits = [
      ...limitOf('messages', 'RATE_MESSAGES_PER_SECOND', messagesPerSecond),
      ...limitOf('bytes', 'RATE_BYTES_PER_SECOND', bytesPerSecond),
    ];
  }

  /** Takes all that a request costs, or nothing. @throws QueueError `rate_limited` */
  take(cost: Cost): void {
    for (const limit of this.#limits) {
      const retryAfterMs = limit.bucket.waitMs(cost[limit.unit]);
      if (retryAfterMs > 0) throw rateLimited(limit, retryAfterMs);
    }
    for (const { bucket, unit } of this.#limits) bucket.take(cost[unit]);
  }

  /** Charges bytes that are not refused, whatever the limit. */
  charge(bytes: number): void {
    for (const { bucket, unit } of this.#limits) if (unit === 'bytes') bucket.take(bytes);
  }

  /** All buckets are full, as in a new one. */
  get isUnused(): boolean {
    return this.#limits.every(({ bucket }) => bucket.isFull) && (this.controls?.isUnused ?? true);
  }
}

const rateLimited = ({ unit, perSecond, variable }: Limit, retryAfterMs: number): QueueError =>
  new QueueError(
    'rate_limited',
    `More than ${perSecond} ${unit} per second (${variable} of the server). Send it again after ${retryAfterMs} ms.`,
    { details: { limit: unit, perSecond, retryAfterMs } },
  );

interface Entry {
  readonly limit: RateLimit;
  connections: number;
}

/** The rate limits of all principals that are connected, or whose buckets are not full again. */
export class RateLimits {
  readonly #rates: Rates;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  #sweptAt: number;

  /** `now`: milliseconds of a monotonic clock. */
  constructor(rates: Rates, now: () => number) {
    this.#rates = rates;
    this.#now = now;
    this.#sweptAt = now();
  }

  /** How many principals are kept. */
  get size(): number {
    return this.#entries.size;
  }

  /** For a new connection of a principal; to be closed with the connection. */
  open(principal: string): RateLimit {
    this.#sweep();
    const entry = this.#entries.get(principal) ?? {
      limit: new RateLimit(this.#rates, this.#now),
      connections: 0,
    };
    entry.connections++;
    this.#entries.set(principal, entry);
    return entry.limit;
  }

  close(principal: string): void {
    const entry = this.#entries.get(principal);
    if (entry === undefined) return;
    entry.connections--;
    if (entry.connections === 0 && entry.limit.isUnused) this.#entries.delete(principal);
  }

  #sweep(): void {
    const now = this.#now();
    if (now - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = now;
    for (const [principal, { connections, limit }] of this.#entries) {
      if (connections === 0 && limit.isUnused) this.#entries.delete(principal);
    }
  }
}
