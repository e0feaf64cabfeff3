import type { ClientSession } from 'mongoose';

/** One transaction of the database. */
export interface UnitOfWork {
  readonly session: ClientSession;
  /** Inserts documents into a collection: at the latest with the next `flush`, or the commit. */
  insert(collection: string, documents: readonly object[]): Promise<void>;
  /** Inserts what waits: before something is read in the transaction. */
  flush(): Promise<void>;
  /** Runs something as soon as the transaction is committed; never when it is not. */
  afterCommit(run: () => void): void;
}

/**
 * Runs something within one transaction: all of its writes become visible together, or none when it throws. It runs
 * again, with another unit, when the transaction conflicts with another: only what it writes with the unit is undone.
 *
 * Rejects with what it throws, or with a ApiError: `database_unavailable`.
 */
export type Transact = <T>(work: (unit: UnitOfWork) => Promise<T>) => Promise<T>;
