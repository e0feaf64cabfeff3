import { QueueError } from '@typed-queue/contracts';
import type { ClientSession, Connection } from 'mongoose';
import type { Transact } from '../unit-of-work.js';
import { queueErrorOf } from './errors.js';

/** How long a transaction that conflicts with others is tried again, in milliseconds. */
const PATIENCE_MS = 10_000;

/** What others see after it is on most members, and survives the loss of one. */
const OPTIONS = { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } } as const;

/** Runs each piece of work in a transaction of its own. */
export const transactionsOf =
  (connection: Connection, now: () => number): Transact =>
  async (work) => {
    const deadline = now() + PATIENCE_MS;
    let tries = 0;
    let committed: (() => void)[] = [];
    const attempt = async (session: ClientSession) => {
      if (tries++ > 0 && now() > deadline) {
        const text = `The change conflicted with others for ${PATIENCE_MS} ms. Try again.`;
        throw new QueueError('database_unavailable', text, { details: { tries } });
      }
      committed = [];
      return work({ session, afterCommit: (run) => committed.push(run) });
    };
    const result = await withSession(connection, (session) =>
      session.withTransaction(() => attempt(session), OPTIONS),
    );
    for (const run of committed) run();
    return result;
  };

const withSession = async <T>(
  connection: Connection,
  work: (session: ClientSession) => Promise<T>,
): Promise<T> => {
  try {
    const session = await connection.startSession();
    return await work(session).finally(() => session.endSession());
  } catch (error) {
    throw queueErrorOf(error, 'transaction');
  }
};
