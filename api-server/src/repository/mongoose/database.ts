import { createConnection, type Connection } from 'mongoose';
import type { Model } from '../../models/model.js';
import type { Transact } from '../unit-of-work.js';
import { build, compile } from './collections.js';
import { queueErrorOf } from './errors.js';
import { ReferenceHolds } from './reference-holds.js';
import { refuseStandalone } from './standalone.js';
import { transactionsOf } from './transactions.js';

/** Used when the URI names no database. */
const DATABASE = 'typed-queue';

export interface DatabaseOptions {
  /** As in `mongodb://localhost:27017/shop`. */
  readonly uri: string;
  readonly models: readonly Model[];
  /** How long to look for the server before something fails, in milliseconds. Default: 5,000. */
  readonly patienceMs?: number;
  /** Milliseconds since 1970. Default: the clock. */
  readonly now?: () => number;
}

/** A MongoDB database with the collections of all models. */
export interface Database {
  readonly connection: Connection;
  readonly models: readonly Model[];
  readonly transact: Transact;
  readonly now: () => number;
  /** Rejects with a QueueError while it cannot be reached: `database_unavailable`. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects, and makes the collections and indexes that are missing.
 *
 * Rejects with a QueueError: `database_unavailable`; `database_standalone` for a server without transactions;
 * `duplicate_key` when documents that are there already break a unique index.
 */
export const openDatabase = async ({
  uri,
  models,
  patienceMs = 5_000,
  now = Date.now,
}: DatabaseOptions): Promise<Database> => {
  const connection = await connectTo(uri, patienceMs);
  try {
    refuseStandalone((await connection.db?.command({ hello: 1 })) ?? {});
    await buildAll(connection, models);
  } catch (error) {
    await connection.close();
    throw queueErrorOf(error, 'connection');
  }
  return {
    connection,
    models,
    transact: transactionsOf(connection, now),
    now,
    ping: async () => {
      try {
        await connection.db?.command({ ping: 1 });
      } catch (error) {
        throw queueErrorOf(error, 'connection');
      }
    },
    close: () => connection.close(),
  };
};

const buildAll = async (connection: Connection, models: readonly Model[]): Promise<void> => {
  for (const model of models) compile(connection, model);
  for (const model of models) await build(connection, model);
  await new ReferenceHolds(connection).build();
};

const connectTo = async (uri: string, patienceMs: number): Promise<Connection> => {
  const named = /^mongodb(\+srv)?:\/\/[^/]+\/[^?]/.test(uri);
  try {
    return await createConnection(uri, {
      ...(named ? {} : { dbName: DATABASE }),
      ...{ autoIndex: false, autoCreate: false },
      // What cannot be done at once fails at once, beyond the patience: nothing waits without a bound.
      bufferCommands: false,
      serverSelectionTimeoutMS: patienceMs,
    }).asPromise();
  } catch (error) {
    throw queueErrorOf(error, 'connection');
  }
};
