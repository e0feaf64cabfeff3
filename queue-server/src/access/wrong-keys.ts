import { QueueError } from '@typed-queue/contracts';
import type { Authenticator, Principal } from '@typed-queue/program';
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

/** What is known of one address. */
interface Guesses {
  readonly bucket: TokenBucket;
  /** Keys that are being looked at. */
  readonly looking: Set<Promise<unknown>>;
}

/**
 * Bounds the wrong keys in handshakes from one address (of IPv6, from one /64): beyond, no key of a new connection from
 * there is looked at for a while, and right ones from elsewhere go on to be let in.
 */
export class WrongKeys {
  readonly #parts: WrongKeysParts;
  /** The address of the latest wrong key is the last. */
  readonly #guesses = new Map<string, Guesses>();

  constructor(parts: WrongKeysParts) {
    this.#parts = parts;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#guesses.size;
  }

  /** For connections that were let in: whoever else comes from their address must not end them. */
  get admitted(): Authenticating {
    return this.#parts.authenticator;
  }

  /** Authenticates those who come from an address. */
  from(address: string): Pick<Authenticating, 'authenticate'> {
    const range = addressRange(address);
    return { authenticate: (token) => this.#authenticate(range, token) };
  }

  async #authenticate(range: string, token: string | undefined): Promise<Principal> {
    const guesses = this.#guessesOf(range);
    // Each key that is being looked at may be wrong: no more of them at once than wrong ones are allowed.
    while (guesses.bucket.waitMs(1) > 0 && guesses.looking.size > 0) await Promise.race(guesses.looking);
    this.#check(guesses);
    guesses.bucket.take(1);
    const looking = this.#parts.authenticator.authenticate(token);
    const over = looking.catch(() => undefined);
    guesses.looking.add(over);
    let isWrong = false;
    try {
      return await looking;
    } catch (error) {
      isWrong = isGuess(error, token);
      throw error;
    } finally {
      guesses.looking.delete(over);
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
      { details: { limit: 'wrong keys', perMinute: this.#parts.mostPerMinute, retryAfterMs } },
    );
  }

  #guessesOf(range: string): Guesses {
    const { mostPerMinute, now } = this.#parts;
    const rate = { perSecond: mostPerMinute / 60, burst: mostPerMinute };
    const guesses = this.#guesses.get(range) ?? { bucket: new TokenBucket(rate, now), looking: new Set() };
    this.#guesses.set(range, guesses);
    return guesses;
  }

  #remember(range: string, guesses: Guesses, isLatest: boolean): void {
    if (isLatest) {
      this.#guesses.delete(range);
      this.#guesses.set(range, guesses);
    } else if (guesses.looking.size === 0 && guesses.bucket.isFull) this.#guesses.delete(range);
    const [oldest] = this.#guesses.keys();
    if (oldest !== undefined && this.#guesses.size > MAX_ADDRESSES) this.#guesses.delete(oldest);
  }
}

/** Who shows none guesses none, nor who shows one that was right before. */
const isGuess = (error: unknown, token: string | undefined): boolean =>
  error instanceof QueueError &&
  error.code === 'unauthorized' &&
  error.details.reason !== 'withdrawn' &&
  Boolean(token);
