import type { Position } from '@typed-queue/contracts';
import type { ClientSession, Connection, mongo } from 'mongoose';
import { byRevision, changeKey, type Entry, type Refusal } from './entry.js';

/** The most entries that are published together. */
const MAX_BATCH = 500;
/** The most characters of payloads that are published together, and so are in memory. */
const MAX_BATCH_SIZE = 16 * 1024 * 1024;

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
    return this.#connection.getClient().db(name).collection<Entry>('outbox', options);
  }

  /** Creates the collection and its indexes. */
  async build(): Promise<void> {
    await this.#entries.createIndex({ change: 1 }, { unique: true }, undefined);
    await this.#entries.createIndex({ 'parked.at': 1 }, { sparse: true }, undefined);
  }

  /** In the transaction of the session. */
  async add(entries: readonly Entry[], session: ClientSession): Promise<void> {
    await this.#entries.insertMany([...entries], { session });
  }

  /**
   * What to publish next, in this order. Always reads from the oldest entry: a transaction may commit after another
   * whose entry has a higher id.
   */
  async next(): Promise<Entry[]> {
    const oldest = await this.#read(WAITING, { _id: 1 });
    const earlier = await this.#earlier(oldest);
    return byRevision([
      ...oldest.filter(({ document }) => !earlier.has(document)),
      ...[...earlier.values()].flat(),
    ]);
  }

  /** Records where the queue ends before a publish, unless it is recorded in this epoch. */
  async recordAttempt(ids: readonly string[], attempt: Position): Promise<void> {
    const filter = { _id: { $in: [...ids] }, 'attempt.epoch': { $ne: attempt.epoch } };
    await this.#entries.updateMany(filter, { $set: { attempt } });
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#entries.deleteMany({ _id: { $in: [...ids] } });
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

  /** The entries that may be in the queue already. */
  async attempted(): Promise<Required<Pick<Entry, '_id' | 'attempt'>>[]> {
    const filter = { ...WAITING, 'attempt.epoch': { $exists: true } };
    const found = this.#entries.find(filter, { projection: { attempt: 1 } });
    return found.map(({ _id, attempt }) => ({ _id, attempt: attempt ?? { epoch: '', seq: 0 } })).toArray();
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

  /** Earlier changes of the batch's documents that are not in the batch, by document. */
  async #earlier(batch: readonly Entry[]): Promise<Map<string, Entry[]>> {
    const first = new Map<string, number>();
    for (const { document, revision } of batch) {
      first.set(document, Math.min(revision, first.get(document) ?? Infinity));
    }
    const before = [...first].filter(([, revision]) => revision > 1);
    if (before.length === 0) return new Map();
    const keys = before.map(([document, revision]) => changeKey(document, revision - 1));
    const found = await this.#entries
      .find({ change: { $in: keys } }, { projection: { document: 1 } })
      .toArray();
    const earlier = new Map<string, Entry[]>();
    for (const { document } of found) {
      const range = { $gte: changeKey(document, 0), $lt: changeKey(document, first.get(document) ?? 0) };
      const entries = await this.#read({ ...WAITING, change: range }, { change: 1 });
      if (entries.length > 0) earlier.set(document, entries);
    }
    return earlier;
  }

  async #read(filter: object, sort: Record<string, 1>): Promise<Entry[]> {
    const entries: Entry[] = [];
    let size = 0;
    for await (const entry of this.#entries.find(filter, { sort, limit: MAX_BATCH })) {
      entries.push(entry);
      size += entry.payload.length;
      if (size >= MAX_BATCH_SIZE) break;
    }
    return entries;
  }
}
