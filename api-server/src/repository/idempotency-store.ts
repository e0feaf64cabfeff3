import type { UnitOfWork } from './unit-of-work.js';

/** What a request was answered with, to be said again. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that a client may send again without doing it again. */
export interface KeyedRequest {
  /** Keys of different scopes have nothing to do with each other. */
  readonly scope: string;
  readonly key: string;
  /** The same for the same request. */
  readonly fingerprint: string;
}

export interface IdempotencyStore {
  /**
   * Does the work of a request once: the key and the answer are stored in the unit that the work writes in, so there
   * is either all of it or nothing. When the key is there already, the work is not done and `answer` is the first
   * one. Of two at once, one waits for the other. What failed is not remembered: it changed nothing.
   *
   * Rejects with what the work throws, or with a ApiError: `idempotency_conflict` (another request had the key),
   * `database_unavailable`.
   */
  once(
    request: KeyedRequest,
    work: (unit: UnitOfWork) => Promise<Answer>,
  ): Promise<{ readonly answer: Answer; readonly replayed: boolean }>;
}
