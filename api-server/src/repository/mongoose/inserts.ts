import { mongo, type ClientSession, type Connection } from 'mongoose';
import { isConnectionFailure, isTransient } from './errors.js';

/** The inserts of one transaction. */
export interface Inserts {
  /** Inserts documents into a collection: now, or with the next flush. */
  add(collection: string, documents: readonly object[]): Promise<void>;
  /** Inserts those that wait. */
  flush(): Promise<void>;
}

interface InsertsDeps {
  readonly connection: Connection;
  readonly session: ClientSession;
}

/** Each with a command of its own, which says what is wrong. */
export const separateInserts = ({ connection, session }: InsertsDeps): Inserts => ({
  add: async (name, documents) => {
    const collection = connection.getClient().db(connection.name).collection(name);
    const [only, ...others] = documents;
    if (only === undefined) return;
    if (others.length === 0) await collection.insertOne({ ...only }, { session });
    else await collection.insertMany([...documents], { session });
  },
  flush: async () => undefined,
});

/**
 * All of them with one command: of a server that has `bulkWrite` (MongoDB 8.0). A flush that fails says only that the
 * transaction has to be done again: with separate inserts, which say what is wrong.
 */
export class JoinedInserts implements Inserts {
  readonly #deps: InsertsDeps;
  #namespaces: string[] = [];
  #operations: { readonly insert: number; readonly document: object }[] = [];

  constructor(deps: InsertsDeps) {
    this.#deps = deps;
  }

  async add(collection: string, documents: readonly object[]): Promise<void> {
    const insert = this.#indexOf(`${this.#deps.connection.name}.${collection}`);
    for (const document of documents) this.#operations.push({ insert, document });
  }

  async flush(): Promise<void> {
    if (this.#operations.length === 0) return;
    const { connection, session } = this.#deps;
    const command = bulkWrite(this.#operations, this.#namespaces);
    this.#operations = [];
    this.#namespaces = [];
    try {
      const { nErrors } = await connection.getClient().db('admin').command(command, { session });
      if (nErrors === 0) return;
    } catch (error) {
      if (isTransient(error) || isConnectionFailure(error)) throw error;
    }
    throw doneAgain();
  }

  #indexOf(namespace: string): number {
    const known = this.#namespaces.indexOf(namespace);
    return known < 0 ? this.#namespaces.push(namespace) - 1 : known;
  }
}

const bulkWrite = (ops: readonly object[], namespaces: readonly string[]) => ({
  bulkWrite: 1,
  ops,
  nsInfo: namespaces.map((ns) => ({ ns })),
  errorsOnly: true,
});

const doneAgain = (): mongo.MongoError => {
  const error = new mongo.MongoError('The inserts of the transaction have failed.');
  error.addErrorLabel('TransientTransactionError');
  return error;
};

/** Whether the server has `bulkWrite`: asked with a deletion of nothing. */
export const joinsInserts = async (connection: Connection, collection: string): Promise<boolean> => {
  const nothing = { delete: 0, filter: { _id: null }, multi: false };
  const command = bulkWrite([nothing], [`${connection.name}.${collection}`]);
  try {
    const { nErrors } = await connection.getClient().db('admin').command(command);
    return nErrors === 0;
  } catch (error) {
    if (error instanceof mongo.MongoServerError) return false;
    throw error;
  }
};
