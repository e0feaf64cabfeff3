import { ApiError } from '@typed-queue/contracts';
import { after } from '@typed-queue/program';
import { createConnection, type Connection, type ConnectOptions } from 'mongoose';
import type { Model } from '../../models/model.js';
import type { Transact } from '../unit-of-work.js';
import { build as buildCollection, compile } from './collections.js';
import { apiErrorOf } from './errors.js';
import { joinsInserts } from './inserts.js';
import { ReferenceHolds } from './reference-holds.js';
import { ReleasedConnection, type ConnectionType } from './released-connection.js';
import { retrying, type Retry } from './retries.js';
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
  /** Runs a read; again, for a while, when its connection failed. */
  readonly retry: Retry;
  readonly now: () => number;
  /** Rejects with a ApiError while it cannot be reached: `database_unavailable`. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects, and makes the collections and indexes that are missing.
 *
 * Rejects with a ApiError: `database_unavailable`; `database_standalone` for a server without transactions;
 * `duplicate_key` when documents that are there already break a unique index.
 */
export const openDatabase = async (options: DatabaseOptions): Promise<Database> => {
  const { uri, patienceMs = 5_000, now = Date.now } = options;
  const connection = createConnection();
  await asApiErrors(() => connection.openUri(uri, optionsOf(uri, patienceMs)));
  let joins: boolean;
  try {
    await build(connection, options.models);
    joins = await joinsInserts(connection, 'outbox');
  } catch (error) {
    await connection.close();
    throw apiErrorOf(error, 'connection');
  }
  const retry = retrying({ now, after });
  return {
    connection,
    models: options.models,
    retry,
    now,
    transact: transactionsOf({ connection, retry, joins }),
    ping: () => asApiErrors(async () => connection.db?.command({ ping: 1 })),
    close: () => connection.close(),
  };
};

const build = async (connection: Connection, models: readonly Model[]): Promise<void> => {
  refuseStandalone((await connection.db?.command({ hello: 1 })) ?? {});
  for (const model of models) compile(connection, model);
  for (const model of models) await buildCollection(connection, model);
  await new ReferenceHolds(connection).build();
};

const asApiErrors = async (work: () => Promise<unknown>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    throw apiErrorOf(error, 'connection');
  }
};

/** `connectionType`: an option that the driver takes and does not declare. */
interface Options extends ConnectOptions {
  readonly connectionType: ConnectionType;
}

const optionsOf = (uri: string, patienceMs: number): Options => {
  const isNamed = /^mongodb(\+srv)?:\/\/[^/]+\/[^?]/.test(uri);
  return {
    ...(isNamed ? {} : { dbName: DATABASE }),
    autoIndex: false,
    autoCreate: false,
    // What cannot be done at once fails at once, beyond the patience: nothing waits without a bound.
    bufferCommands: false,
    serverSelectionTimeoutMS: patienceMs,
    // Also bounds how long the driver waits for the answer to a heartbeat.
    connectTimeoutMS: 2 * patienceMs,
    connectionType: ReleasedConnection,
  };
};

const STANDALONE = `The MongoDB server is no replica set: it has no transactions, so that no change could be stored together with its event.
A replica set of one member is enough. Start the server with a name for it, and initiate it once:
  mongod --replSet rs0
  mongosh --eval 'rs.initiate()'
Atlas always is one. Without MONGODB_URI the API server brings an embedded one along, for development.`;

/** What a server says of itself (the command `hello`). */
interface Hello {
  readonly setName?: unknown;
  readonly msg?: unknown;
}

/** @throws ApiError `database_standalone` for a server without transactions */
export const refuseStandalone = ({ setName, msg }: Hello): void => {
  // A router of a sharded cluster says so instead of naming a set.
  if (setName === undefined && msg !== 'isdbgrid') throw new ApiError('database_standalone', STANDALONE);
};
