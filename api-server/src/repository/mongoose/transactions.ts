import { mongo, type ClientSession, type Connection } from 'mongoose';
import type { Transact, UnitOfWork } from '../unit-of-work.js';
import { isConnectionFailure, isTransient, unavailable } from './errors.js';
import type { Retry } from './retries.js';

const UNKNOWN_RESULT = 'UnknownTransactionCommitResult';

/** What others see after it is on most members, and survives the loss of one. */
const OPTIONS = { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } } as const;

/** How an attempt ended that must not be made again. */
type Ended<T> =
  | { readonly kind: 'committed'; readonly result: T; readonly committed: readonly (() => void)[] }
  | { readonly kind: 'unknown'; readonly error: unknown };

/** Each work gets a transaction of its own. */
export const transactionsOf =
  (connection: Connection, retry: Retry): Transact =>
  async (work) => {
    const ended = await retry((isLate) => attempt(connection, work, isLate));
    if (ended.kind === 'unknown') throw unavailable(ended.error);
    for (const run of ended.committed) run();
    return ended.result;
  };

/** Rejects with what failed before the commit: nothing has changed then. */
const attempt = async <T>(
  connection: Connection,
  work: (unit: UnitOfWork) => Promise<T>,
  isLate: () => boolean,
): Promise<Ended<T>> => {
  const session = await connection.startSession();
  const committed: (() => void)[] = [];
  try {
    session.startTransaction(OPTIONS);
    const result = await work({ session, afterCommit: (run) => committed.push(run) });
    const error = await commit(session, isLate);
    return error === undefined ? { kind: 'committed', result, committed } : { kind: 'unknown', error };
  } finally {
    // Aborts what was not committed.
    await session.endSession();
  }
};

/**
 * Commits until the result is known: the server answers a commit that it has done already the same again. Returns what
 * failed when it is not known. Rejects when the server says that nothing was committed.
 */
const commit = async (session: ClientSession, isLate: () => boolean): Promise<unknown> => {
  for (;;) {
    try {
      await session.commitTransaction();
      return undefined;
    } catch (error) {
      if (isTransient(error)) throw error;
      if (isLate() || !mayCommitAgain(error)) return error;
    }
  }
};

/** A socket that fails here may surface as an error that is no MongoError. */
const mayCommitAgain = (error: unknown): boolean =>
  !(error instanceof mongo.MongoError) || isConnectionFailure(error) || error.hasErrorLabel(UNKNOWN_RESULT);
