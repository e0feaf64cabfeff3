import { QueueError } from '@typed-queue/contracts';
import type { Connection } from 'mongoose';
import { isConnectionFailure, isTransient, queueErrorOf, unavailable } from './errors.js';
import type { Reconnection } from './reconnection.js';

/** How long work that conflicts with other work, or loses its connection, is tried again, in milliseconds. */
const PATIENCE_MS = 10_000;

const BACKOFF = { firstMs: 5, growth: 1.5, maxMs: 500 };

/** Runs work that may be done again until it succeeds, or fails for another reason than a conflict or its connection. */
export type Retry = <T>(work: (isLate: () => boolean) => Promise<T>) => Promise<T>;

export interface RetryParts {
  readonly connection: Connection;
  readonly reconnection: Pick<Reconnection, 'replacing'>;
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => () => void;
}

export const retrying =
  ({ connection, reconnection, now, after }: RetryParts): Retry =>
  async (work) => {
    const deadline = now() + PATIENCE_MS;
    const isLate = (): boolean => now() > deadline;
    for (let tries = 1; ; tries++) {
      const client = connection.getClient();
      try {
        return await work(isLate);
      } catch (error) {
        const isReplaced = reconnection.replacing !== undefined || connection.getClient() !== client;
        if (!mayRepeat(error, isReplaced)) throw queueErrorOf(error, 'transaction');
        if (isLate()) throw tooLate(error, tries);
      }
      await reconnection.replacing;
      await new Promise<void>((resolve) => void after(backoffMs(tries), resolve));
    }
  };

const mayRepeat = (error: unknown, isReplaced: boolean): boolean => {
  const failure = error instanceof QueueError ? error.cause : error;
  if (isTransient(failure) || isConnectionFailure(failure)) return true;
  if (!isReplaced) return false;
  // Of a client that was replaced nothing can be used, neither its sessions nor its collections.
  return ['database_unavailable', 'internal'].includes(queueErrorOf(error, 'transaction').code);
};

const tooLate = (cause: unknown, tries: number): QueueError => {
  if (!isTransient(cause)) return unavailable(cause);
  const text = `The change conflicted with others for ${PATIENCE_MS} ms. Try again.`;
  return new QueueError('database_unavailable', text, { details: { tries }, cause });
};

const backoffMs = (tries: number): number =>
  Math.random() * Math.min(BACKOFF.firstMs * BACKOFF.growth ** tries, BACKOFF.maxMs);
