import { QueueError } from '@typed-queue/contracts';
import { isConnectionFailure, isTransient, queueErrorOf, unavailable } from './errors.js';

/** How long work that conflicts with other work, or loses its connection, is tried again, in milliseconds. */
const PATIENCE_MS = 10_000;

const BACKOFF = { firstMs: 5, growth: 1.5, maxMs: 500 };

/** Runs work that may be done again until it succeeds, or fails for another reason than a conflict or its connection. */
export type Retry = <T>(work: (isLate: () => boolean) => Promise<T>) => Promise<T>;

export interface RetryDeps {
  readonly now: () => number;
  /** Runs something once, after milliseconds. */
  readonly after: (ms: number, run: () => void) => void;
}

export const retrying =
  ({ now, after }: RetryDeps): Retry =>
  async (work) => {
    const deadline = now() + PATIENCE_MS;
    const isLate = (): boolean => now() > deadline;
    for (let tries = 1; ; tries++) {
      try {
        return await work(isLate);
      } catch (error) {
        if (!mayRepeat(error)) throw queueErrorOf(error, 'transaction');
        if (isLate()) throw tooLate(error, tries);
      }
      await new Promise<void>((resolve) => after(backoffMs(tries), resolve));
    }
  };

const mayRepeat = (error: unknown): boolean => {
  const failure = error instanceof QueueError ? error.cause : error;
  return isTransient(failure) || isConnectionFailure(failure);
};

const tooLate = (cause: unknown, tries: number): QueueError => {
  if (!isTransient(cause)) return unavailable(cause);
  const text = `The change conflicted with others for ${PATIENCE_MS} ms. Try again.`;
  return new QueueError('database_unavailable', text, { details: { tries }, cause });
};

const backoffMs = (tries: number): number =>
  Math.random() * Math.min(BACKOFF.firstMs * BACKOFF.growth ** tries, BACKOFF.maxMs);
