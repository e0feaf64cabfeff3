import { QueueError } from '@typed-queue/contracts';
import type { Authenticator, Principal } from '@typed-queue/program';
import { addressRange } from './address-range.js';
import { TokenBucket } from './token-bucket.js';

export type Authenticating = Pick<Authenticator, 'authenticate' | 'renew' | 'wallNow' | 'mayFetch'>;

export interface WrongKeysDeps {
  readonly authenticator: Authenticating;
  /** How many an address may show in a minute. */
  readonly mostPerMinute: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** Beyond it, the address whose last wrong key is the oldest is forgotten. */
const MAX_ADDRESSES = 10_000;

/** More tokens of an address do not wait for the ones that are being checked. */
const MAX_WAITING = 100;

interface Guesses {
  readonly bucket: TokenBucket;
  /** Keys that are being checked. */
  readonly pending: Set<Promise<unknown>>;
  /** How many keys wait for those. */
  waiting: number;
}

/**
 * Limits the wrong keys in handshakes from one address (one /64 of IPv6): at the limit, keys of new connections from there
 * are not checked for a while. Other addresses are not affected. Tokens for which keys of the issuer may have to be fetched
 * have a limit of their own, so that they delay no other key: of them also those count that could not be verified.
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
    const { authenticator } = this.#deps;
    return {
      authenticate: (token) =>
        this.#authenticate(authenticator.mayFetch(token) ? `${range} fetched` : range, token),
    };
  }

  /** `caller`: the address, and the kind of its token. */
  async #authenticate(caller: string, token: string | undefined): Promise<Principal> {
    const guesses = this.#guessesOf(caller);
    // Each pending key may be wrong: no more of them at once than wrong ones are allowed.
    while (isFull(guesses) && guesses.waiting < MAX_WAITING) {
      guesses.waiting++;
      await Promise.race(guesses.pending);
      guesses.waiting--;
    }
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
      this.#remember(caller, guesses, isWrong);
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

  #guessesOf(caller: string): Guesses {
    const { mostPerMinute, now } = this.#deps;
    const rate = { perSecond: mostPerMinute / 60, burst: mostPerMinute };
    const guesses = this.#guesses.get(caller) ?? {
      bucket: new TokenBucket(rate, now),
      pending: new Set(),
      waiting: 0,
    };
    this.#guesses.set(caller, guesses);
    return guesses;
  }

  #remember(caller: string, guesses: Guesses, isLatest: boolean): void {
    if (isLatest) {
      this.#guesses.delete(caller);
      this.#guesses.set(caller, guesses);
    } else if (guesses.pending.size === 0 && guesses.bucket.isFull) this.#guesses.delete(caller);
    const [oldest] = this.#guesses.keys();
    if (oldest !== undefined && this.#guesses.size > MAX_ADDRESSES) this.#guesses.delete(oldest);
  }
}

const isFull = ({ bucket, pending }: Guesses): boolean => bucket.waitMs(1) > 0 && pending.size > 0;

/** A client without a key does not guess, nor one whose key was withdrawn. */
const isGuess = (error: unknown, token: string | undefined): boolean =>
  error instanceof QueueError &&
  (error.code === 'unauthorized' || error.code === 'auth_unavailable') &&
  error.details.reason !== 'withdrawn' &&
  Boolean(token);
