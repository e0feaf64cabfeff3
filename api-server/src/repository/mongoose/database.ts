import { createConnection, mongo, type Connection, type ConnectOptions } from 'mongoose';
import type { Model } from '../../models/model.js';
import type { Transact } from '../unit-of-work.js';
import { build as buildCollection, compile } from './collections.js';
import { queueErrorOf } from './errors.js';
import { Reconnection } from './reconnection.js';
import { ReferenceHolds } from './reference-holds.js';
import { retrying, type Retry } from './retries.js';
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
  /** How long no server may be known before a new client is tried, in milliseconds. Default: 1,000. */
  readonly lostMs?: number;
  /** Called when the client is replaced. Default: nothing happens. */
  readonly warn?: (text: string) => void;
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
export const openDatabase = async (options: DatabaseOptions): Promise<Database> => {
  const { uri, patienceMs = 5_000, lostMs = 1_000, warn = () => undefined, now = Date.now } = options;
  const connection = createConnection();
  const open = () => connection.openUri(uri, optionsOf(uri, patienceMs));
  await inOurWords(open);
  try {
    await build(connection, options.models);
  } catch (error) {
    await connection.close();
    throw queueErrorOf(error, 'connection');
  }
  const probe = () => probeServer(uri, patienceMs);
  const reconnection = new Reconnection({ connection, probe, open, lostMs, after, warn });
  const retry = retrying({ connection, reconnection, now, after });
  return {
    ...{ connection, models: options.models, retry, now },
    transact: transactionsOf(connection, retry),
    ping: () => inOurWords(async () => connection.db?.command({ ping: 1 })),
    close: async () => {
      await reconnection.stop();
      await connection.close();
    },
  };
};

const build = async (connection: Connection, models: readonly Model[]): Promise<void> => {
  refuseStandalone((await connection.db?.command({ hello: 1 })) ?? {});
  for (const model of models) compile(connection, model);
  for (const model of models) await buildCollection(connection, model);
  await new ReferenceHolds(connection).build();
};

const inOurWords = async (work: () => Promise<unknown>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    throw queueErrorOf(error, 'connection');
  }
};

const probeServer = async (uri: string, patienceMs: number): Promise<void> => {
  const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: patienceMs });
  try {
    await client.connect();
  } finally {
    await client.close();
  }
};

const optionsOf = (uri: string, patienceMs: number): ConnectOptions => {
  const isNamed = /^mongodb(\+srv)?:\/\/[^/]+\/[^?]/.test(uri);
  return {
    ...(isNamed ? {} : { dbName: DATABASE }),
    ...{ autoIndex: false, autoCreate: false },
    // What cannot be done at once fails at once, beyond the patience: nothing waits without a bound.
    bufferCommands: false,
    serverSelectionTimeoutMS: patienceMs,
    // A monitor that checks often does not check at the very moment at which all connections are cut: it could hang.
    heartbeatFrequencyMS: 500,
    // Also bounds how long the driver waits for the answer to a heartbeat.
    connectTimeoutMS: 2 * patienceMs,
  };
};

const after = (ms: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};
