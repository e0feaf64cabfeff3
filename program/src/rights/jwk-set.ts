import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { QueueError } from '@typed-queue/contracts';

/** Minimum time between two fetches, in milliseconds: unknown key ids must not make a server flood the issuer. */
const FETCH_INTERVAL = 5_000;

/**
 * The keys that an issuer publishes. An unknown key id fetches the set again, at most once per interval: until then it is
 * unknown whether the issuer has added the key. `wallNow`: in milliseconds since 1970.
 * @throws QueueError `auth_unavailable` when the set cannot be fetched, or not yet again; errors of jose when the token is at fault
 */
export const jwkSet = (url: URL, wallNow: () => number): JWTVerifyGetKey => {
  const fetches = new SpacedFetches(wallNow);
  // Infinity: refetching is decided below.
  const remote = createRemoteJWKSet(url, { cooldownDuration: Infinity, [customFetch]: fetches.fetch });
  return async (...token) => {
    // A fetch that began before this token came may have missed its key.
    const isStale = remote.reloading;
    const before = fetches.count;
    try {
      return await remote(...token).catch(async (error: unknown) => {
        if (!isUnknownKey(error)) throw error;
        if (fetches.count === before || remote.reloading) await remote.reload();
        return remote(...token);
      });
    } catch (error) {
      if (isOfToken(error) && !(isStale && isUnknownKey(error))) throw error;
      throw new QueueError(
        'auth_unavailable',
        'The server cannot fetch the keys of the issuer now, and so cannot verify this token. Try again later.',
        { cause: error },
      );
    }
  };
};

/** A fetch that comes too soon after the last one fails at once. */
class SpacedFetches {
  readonly #wallNow: () => number;
  #lastAt = -Infinity;
  /** Fetches that were sent. */
  count = 0;

  constructor(wallNow: () => number) {
    this.#wallNow = wallNow;
  }

  readonly fetch: typeof fetch = async (...request) => {
    const elapsed = this.#wallNow() - this.#lastAt;
    // Negative: the clock was set back.
    if (elapsed >= 0 && elapsed < FETCH_INTERVAL) throw new Error('The JWK set was fetched a moment ago.');
    this.#lastAt = this.#wallNow();
    this.count++;
    return fetch(...request);
  };
}

const isUnknownKey = (error: unknown): boolean => error instanceof errors.JWKSNoMatchingKey;

/** Whether the token is at fault, and not the way to the keys. */
const isOfToken = (error: unknown): boolean =>
  isUnknownKey(error) ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;
