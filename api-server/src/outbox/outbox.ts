import type { Connection, mongo } from 'mongoose';
import type { UnitOfWork } from '../repository/unit-of-work.js';
import { byRevision, changeKey, type Entry, type Refusal } from './entry.js';

const COLLECTION = 'outbox';

/** The most entries that are read together. */
export const MAX_BATCH = 500;
/** The most characters of payloads that are read together, and so are in memory. */
export const MAX_BATCH_SIZE = 16 * 1024 * 1024;

/** Counts stop here: an exact count reads every entry. */
const MAX_COUNTED = 10_000;

const WAITING = { parked: { $exists: false } } as const;
const PARKED = { 'parked.at': { $exists: true } } as const;

export interface Depth {
  /** Entries that wait for their publication; 10,000: as many or more. */
  readonly depth: number;
  /** When the oldest of them was made. */
  readonly oldest: Date | undefined;
  /** Entries that the queue server permanently refused; 10,000: as many or more. */
  readonly parked: number;
}

/** Entries to publish, in this order. */
export interface Batch {
  readonly entries: readonly Entry[];
  /** No other entries wait that should come first. */
  readonly isAll: boolean;
}

/** A parked entry as operators see it. */
export type ParkedEntry = Pick<Entry, '_id' | 'event' | 'document' | 'revision' | 'createdAt'> & {
  readonly parked: Refusal;
};

/** The collection of the events that are not published yet. */
export class Outbox {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Looked up each time: the client of the connection may have been replaced. */
  get #entries(): mongo.Collection<Entry> {
    const { name } = this.#connection;
    // What a failover could still roll back must not be published.
    const options = { readConcern: { level: 'majority' }, writeConcern: { w: 'majority' } } as const;
    return this.#connection.getClient().db(name).collection<Entry>(COLLECTION, options);
  }

  /** Creates the collection and its indexes. */
  async build(): Promise<void> {
    await this.#entries.createIndex({ change: 1 }, { unique: true }, undefined);
    await this.#entries.createIndex({ 'parked.at': 1 }, { sparse: true }, undefined);
  }

  /** In a transaction, with the documents that it inserts. */
  async add(entries: readonly Entry[], unit: Pick<UnitOfWork, 'insert' | 'flush'>): Promise<void> {
    await unit.insert(COLLECTION, entries);
    await unit.flush();
  }

  /**
   * What to publish next. Always reads from the oldest entry: a transaction may commit after another whose entry has a
   * higher id.
   */
  async next(): Promise<Batch> {
    const oldest = await this.#read(WAITING, { _id: 1 });
    const batch = await this.inOrder(oldest.entries);
    return { ...batch, isAll: batch.isAll && oldest.isAll };
  }

  /** The same entries; but of documents with changes in the outbox that come before: all changes up to these. */
  async inOrder(entries: readonly Entry[]): Promise<Batch> {
    const completed = await this.#completed(entries);
    const ready = entries.filter(({ document }) => !completed.has(document));
    const all = [...ready, ...[...completed.values()].flat()];
    return { entries: byRevision(all), isAll: completed.size === 0 };
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#entries.deleteMany({ _id: { $in: [...ids] } });
  }

  async park(id: string, parked: Refusal): Promise<void> {
    await this.#entries.updateOne({ _id: id }, { $set: { parked } });
  }

  /** Unparks an entry. Returns whether there was one. */
  async retry(id: string): Promise<boolean> {
    const { modifiedCount } = await this.#entries.updateOne(
      { _id: id, ...PARKED },
      { $unset: { parked: 1 } },
    );
    return modifiedCount > 0;
  }

  /** Removes a parked entry. Returns whether there was one. */
  async drop(id: string): Promise<boolean> {
    const { deletedCount } = await this.#entries.deleteOne({ _id: id, ...PARKED });
    return deletedCount > 0;
  }

  /** Whether no entry waits for its publication. */
  async isEmpty(): Promise<boolean> {
    return (await this.#entries.findOne(WAITING, { projection: { _id: 1 } })) === null;
  }

  async depth(): Promise<Depth> {
    const [depth, parked, oldest] = await Promise.all([
      this.#entries.countDocuments(WAITING, { limit: MAX_COUNTED }),
      this.#entries.countDocuments(PARKED, { limit: MAX_COUNTED }),
      this.#entries.findOne(WAITING, { sort: { _id: 1 }, projection: { createdAt: 1 } }),
    ]);
    return { depth, oldest: oldest?.createdAt, parked };
  }

  /** The oldest parked entries. */
  async parked(limit: number): Promise<ParkedEntry[]> {
    const found = this.#entries.find<ParkedEntry>(PARKED, {
      sort: { 'parked.at': 1 },
      limit,
      projection: { event: 1, document: 1, revision: 1, createdAt: 1, parked: 1 },
    });
    return found.toArray();
  }

  /** The changes that wait, of documents of which the batch lacks some, by document. */
  async #completed(batch: readonly Entry[]): Promise<Map<string, readonly Entry[]>> {
    const changes = new Set(batch.map(({ change }) => change));
    const missing = batch
      .filter(({ revision }) => revision > 1)
      .map(({ document, revision }) => changeKey(document, revision - 1))
      .filter((key) => !changes.has(key));
    if (missing.length === 0) return new Map();
    const found = await this.#entries
      .find({ change: { $in: missing } }, { projection: { document: 1 } })
      .toArray();
    const completed = new Map<string, readonly Entry[]>();
    for (const document of new Set(found.map((entry) => entry.document))) {
      const revisions = batch.filter((entry) => entry.document === document).map(({ revision }) => revision);
      const range = { $gte: changeKey(document, 0), $lte: changeKey(document, Math.max(...revisions)) };
      const { entries } = await this.#read({ ...WAITING, change: range }, { change: 1 });
      if (entries.length > 0) completed.set(document, entries);
    }
    return completed;
  }

  async #read(filter: object, sort: Record<string, 1>): Promise<Batch> {
    const entries: Entry[] = [];
    let size = 0;
    for await (const entry of this.#entries.find(filter, { sort, limit: MAX_BATCH })) {
      entries.push(entry);
      size += entry.payload.length;
      if (size >= MAX_BATCH_SIZE) return { entries, isAll: false };
    }
    return { entries, isAll: entries.length < MAX_BATCH };
  }
}
