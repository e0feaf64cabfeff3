import { mongo, type Connection } from 'mongoose';

/** Who may relay. Its turn grows with each sign of life: whoever sees it stand still for long enough may take over. */
export interface LeaseRecord {
  readonly _id: string;
  /** null: given back. */
  readonly holder: string | null;
  readonly turn: number;
}

const ID = 'relay';
const DUPLICATE_KEY = 11000;

/** The one document that says which process relays. Clocks of different machines are never compared. */
export class LeaseDocument {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Looked up each time: the client of the connection may have been replaced. */
  get #leases(): mongo.Collection<LeaseRecord> {
    const { name } = this.#connection;
    const options = { readConcern: { level: 'majority' }, writeConcern: { w: 'majority' } } as const;
    return this.#connection.getClient().db(name).collection<LeaseRecord>('outbox-leases', options);
  }

  read(): Promise<LeaseRecord | null> {
    return this.#leases.findOne({ _id: ID });
  }

  /** Takes it, when it still is as it was seen. Returns whether it did. */
  async claim(holder: string, seen: LeaseRecord | null): Promise<boolean> {
    if (seen === null) return this.#insert({ _id: ID, holder, turn: 1 });
    const { turn } = seen;
    const { modifiedCount } = await this.#leases.updateOne(
      { _id: ID, holder: seen.holder, turn },
      { $set: { holder, turn: turn + 1 } },
    );
    return modifiedCount > 0;
  }

  /** A sign of life. Returns false when it is somebody else's. */
  async renew(holder: string): Promise<boolean> {
    const { modifiedCount } = await this.#leases.updateOne({ _id: ID, holder }, { $inc: { turn: 1 } });
    return modifiedCount > 0;
  }

  /** Gives it back, when it is the holder's. */
  async release(holder: string): Promise<void> {
    await this.#leases.updateOne({ _id: ID, holder }, { $set: { holder: null }, $inc: { turn: 1 } });
  }

  async #insert(record: LeaseRecord): Promise<boolean> {
    try {
      await this.#leases.insertOne(record);
      return true;
    } catch (error) {
      if (error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY) return false;
      throw error;
    }
  }
}
