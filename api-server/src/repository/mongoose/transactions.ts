import { mongo, type ClientSession, type Connection } from 'mongoose';
import type { Transact, UnitOfWork } from '../unit-of-work.js';
import { isConnectionFailure, isTransient, unavailable } from './errors.js';
import { JoinedInserts, separateInserts } from './inserts.js';
import type { Retry } from './retries.js';

const UNKNOWN_RESULT = 'UnknownTransactionCommitResult';

/** What others see after it is on most members, and survives the loss of one. */
const OPTIONS = { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } } as const;

/** How an attempt ended that must not be made again. */
type Ended<T> =
  | { readonly kind: 'committed'; readonly result: T; readonly committed: readonly (() => void)[] }
  | { readonly kind: 'unknown'; readonly error: unknown };

interface TransactionsDeps {
  readonly connection: Connection;
  readonly retry: Retry;
  /** Whether the server has a command for inserts into several collections. */
  readonly joins: boolean;
}

/** Each work gets a transaction of its own. */
export const transactionsOf =
  ({ connection, retry, joins }: TransactionsDeps): Transact =>
  async (work) => {
    const ended = await retry((isLate, tries) =>
      attempt(connection, work, { isLate, joins: joins && tries === 1 }),
    );
    if (ended.kind === 'unknown') throw unavailable(ended.error);
    for (const run of ended.committed) run();
    return ended.result;
  };

/** Rejects with what failed before the commit: nothing has changed then. */
const attempt = async <T>(
  connection: Connection,
  work: (unit: UnitOfWork) => Promise<T>,
  { isLate, joins }: { readonly isLate: () => boolean; readonly joins: boolean },
): Promise<Ended<T>> => {
  const session = await connection.startSession();
  const committed: (() => void)[] = [];
  try {
    session.startTransaction(OPTIONS);
    const inserts = joins
      ? new JoinedInserts({ connection, session })
      : separateInserts({ connection, session });
    const result = await work({
      session,
      insert: (collection, documents) => inserts.add(collection, documents),
      flush: () => inserts.flush(),
      afterCommit: (run) => committed.push(run),
    });
    await inserts.flush();
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
