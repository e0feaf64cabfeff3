import { mongo, type ClientSession, type Connection } from 'mongoose';

/**
 * Makes a transaction that refers to a document conflict with one that deletes it, which reading the document would not:
 * a reference writes one of the document's holds, in turn, and a deletion writes all of them. So references to one
 * document do not conflict with each other in one process, and seldom in several.
 */
interface Hold {
  /** `category/<id>/<number>` */
  readonly _id: string;
  readonly count?: number;
  /** The document is deleted: nobody will refer to it again. */
  readonly deletedAt?: Date;
}

/** A power of two, and more than the transactions that refer to one document at a time. */
const HOLDS = 512;
/** How long those of a deleted document are kept: longer than any transaction that may still refer to it. */
const KEPT_S = 3_600;
const DUPLICATE_KEY = 11000;

export class ReferenceHolds {
  readonly #connection: Connection;
  /** Odd, so that it leads to each hold once before it comes to one again; another one in each process. */
  readonly #step: number;
  #number = 0;

  /** `random`: from 0 to below 1. */
  constructor(connection: Connection, random: () => number = Math.random) {
    this.#connection = connection;
    this.#step = 2 * Math.floor((random() * HOLDS) / 2) + 1;
  }

  /** Looked up each time: the client of the connection may have been replaced. */
  get #holds(): mongo.Collection<Hold> {
    return this.#connection.getClient().db(this.#connection.name).collection<Hold>('reference-holds');
  }

  /** Makes the index that it lacks, and with it the collection. */
  async build(): Promise<void> {
    await this.#holds.createIndex({ deletedAt: 1 }, { expireAfterSeconds: KEPT_S, sparse: true }, {});
  }

  /** Lets no other transaction delete the documents: `category/<id>`. */
  async hold(documents: readonly string[], session: ClientSession): Promise<void> {
    this.#number = (this.#number + this.#step) % HOLDS;
    const writes = documents.map((document) => ({
      updateOne: {
        filter: { _id: `${document}/${this.#number}` },
        update: { $inc: { count: 1 } },
        upsert: true,
      },
    }));
    await conflicting(() => this.#holds.bulkWrite(writes, { session }));
  }

  /** Lets no other transaction refer to the documents. */
  async lock(documents: readonly string[], deletedAt: Date, session: ClientSession): Promise<void> {
    const numbers = Array.from({ length: HOLDS }, (_, number) => number);
    const all = documents.flatMap((document) => numbers.map((number) => `${document}/${number}`));
    const found = await this.#holds
      .find({ _id: { $in: all } }, { session, projection: { _id: 1 } })
      .toArray();
    const there = new Set(found.map(({ _id }) => _id));
    const absent = all.filter((_id) => !there.has(_id)).map((_id) => ({ _id, deletedAt }));
    await conflicting(async () => {
      if (there.size > 0) {
        await this.#holds.updateMany({ _id: { $in: [...there] } }, { $set: { deletedAt } }, { session });
      }
      if (absent.length > 0) await this.#holds.insertMany(absent, { session });
    });
  }
}

/** A hold that another transaction has made since this one began is a conflict, not a duplicate. */
const conflicting = async (write: () => Promise<unknown>): Promise<void> => {
  try {
    await write();
  } catch (error) {
    if (error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY) {
      error.addErrorLabel('TransientTransactionError');
    }
    throw error;
  }
};
