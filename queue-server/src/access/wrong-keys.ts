import { QueueError } from '@typed-queue/contracts';
import type { Authenticator, Principal } from '@typed-queue/program';
import { addressRange } from './address-range.js';
import { TokenBucket } from './token-bucket.js';

export type Authenticating = Pick<Authenticator, 'authenticate' | 'renew' | 'wallNow'>;

export interface WrongKeysDeps {
  readonly authenticator: Authenticating;
  /** How many an address may show in a minute. */
  readonly mostPerMinute: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** Beyond it, the address whose last wrong key is the oldest is forgotten. */
const MAX_ADDRESSES = 10_000;

interface Guesses {
  readonly bucket: TokenBucket;
  /** Keys that are being checked. */
  readonly pending: Set<Promise<unknown>>;
}

/**
 * Limits the wrong keys in handshakes from one address (one /64 of IPv6): at the limit, keys of new connections from there
 * are not checked for a while. Other addresses are not affected.
 */
export class WrongKeys {
  readonly #deps: WrongKeysDeps;
  /** The address of the latest wrong key comes last. */
  readonly #guesses = new Map<string, Guesses>();

  constructor(deps: WrongKeysDeps) {
    this.#deps = deps;
  }

  /** How many addresses are kept. */
  get size(): number {
    return this.#guesses.size;
  }

  /** For admitted connections: others from their address must not end them. */
  get admitted(): Authenticating {
    return this.#deps.authenticator;
  }

  /** For handshakes from an address. */
  from(address: string): Pick<Authenticating, 'authenticate'> {
    const range = addressRange(address);
    return { authenticate: (token) => this.#authenticate(range, token) };
  }

  async #authenticate(range: string, token: string | undefined): Promise<Principal> {
    const guesses = this.#guessesOf(range);
    // Each pending key may be wrong: no more of them at once than wrong ones are allowed.
    while (guesses.bucket.waitMs(1) > 0 && guesses.pending.size > 0) await Promise.race(guesses.pending);
    this.#check(guesses);
    guesses.bucket.take(1);
    const authenticating = this.#deps.authenticator.authenticate(token);
    const over = authenticating.catch(() => undefined);
    guesses.pending.add(over);
    let isWrong = false;
    try {
      return await authenticating;
    } catch (error) {
      isWrong = isGuess(error, token);
      throw error;
    } finally {
      guesses.pending.delete(over);
      if (!isWrong) guesses.bucket.giveBack(1);
      this.#remember(range, guesses, isWrong);
    }
  }

  #check({ bucket }: Guesses): void {
    const retryAfterMs = bucket.waitMs(1);
    if (retryAfterMs === 0) return;
    throw new QueueError(
      'rate_limited',
      `Too many wrong keys came from this address (MAX_WRONG_KEYS_PER_ADDRESS of the server). Connect again after ${retryAfterMs} ms.`,
      { details: { limit: 'wrong keys', perMinute: this.#deps.mostPerMinute, retryAfterMs } },
    );
  }

  #guessesOf(range: string): Guesses {
    const { mostPerMinute, now } = this.#deps;
    const rate = { perSecond: mostPerMinute / 60, burst: mostPerMinute };
    const guesses = this.#guesses.get(range) ?? { bucket: new TokenBucket(rate, now), pending: new Set() };
    this.#guesses.set(range, guesses);
    return guesses;
  }

  #remember(range: string, guesses: Guesses, isLatest: boolean): void {
    if (isLatest) {
      this.#guesses.delete(range);
      this.#guesses.set(range, guesses);
    } else if (guesses.pending.size === 0 && guesses.bucket.isFull) this.#guesses.delete(range);
    const [oldest] = this.#guesses.keys();
    if (oldest !== undefined && this.#guesses.size > MAX_ADDRESSES) this.#guesses.delete(oldest);
  }
}

/** A client without a key does not guess, nor one whose key was withdrawn. */
const isGuess = (error: unknown, token: string | undefined): boolean =>
  error instanceof QueueError &&
  error.code === 'unauthorized' &&
  error.details.reason !== 'withdrawn' &&
  Boolean(token);
