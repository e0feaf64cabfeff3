import { backOffMs, ApiError } from '@typed-queue/contracts';
import type { After } from '@typed-queue/program';
import { isConnectionFailure, isTransient, apiErrorOf, unavailable } from './errors.js';

/** How long work is retried that conflicts with other work, or loses its connection, in milliseconds. */
const PATIENCE_MS = 10_000;

const BACK_OFF = { minDelayMs: 5, maxDelayMs: 500, growth: 1.5 };

/**
 * Retries work until it succeeds, or fails for another reason than a conflict or its connection. `tries` counts from 1.
 */
export type Retry = <T>(work: (isLate: () => boolean, tries: number) => Promise<T>) => Promise<T>;

interface RetryDeps {
  readonly now: () => number;
  readonly after: After;
}

export const retrying =
  ({ now, after }: RetryDeps): Retry =>
  async (work) => {
    const deadline = now() + PATIENCE_MS;
    const isLate = (): boolean => now() > deadline;
    for (let tries = 1; ; tries++) {
      try {
        return await work(isLate, tries);
      } catch (error) {
        if (!mayRepeat(error)) throw apiErrorOf(error, 'transaction');
        if (isLate()) throw tooLate(error, tries);
      }
      await new Promise<void>((resolve) => after(Math.random() * backOffMs(tries, BACK_OFF), resolve));
    }
  };

const mayRepeat = (error: unknown): boolean => {
  const failure = error instanceof ApiError ? error.cause : error;
  return isTransient(failure) || isConnectionFailure(failure);
};

const tooLate = (cause: unknown, tries: number): ApiError => {
  if (!isTransient(cause)) return unavailable(cause);
  const text = `The change conflicted with others for ${PATIENCE_MS} ms. Try again.`;
  return new ApiError('database_unavailable', text, { details: { tries }, cause });
};
