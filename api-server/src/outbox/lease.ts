import { mongo, type Connection } from 'mongoose';

/** Who may relay. The turn grows with each renewal: a process that sees it unchanged for long enough may take over. */
export interface LeaseRecord {
  readonly _id: string;
  /** null: released. */
  readonly holder: string | null;
  readonly turn: number;
}

const ID = 'relay';
const DUPLICATE_KEY = 11000;

/** The one document that says which process relays. Clocks of different processes are never compared. */
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

  /** Takes the lease if it still is as it was seen. Returns whether it did. */
  async claim(holder: string, seen: LeaseRecord | null): Promise<boolean> {
    if (seen === null) return this.#insert({ _id: ID, holder, turn: 1 });
    const { turn } = seen;
    const { modifiedCount } = await this.#leases.updateOne(
      { _id: ID, holder: seen.holder, turn },
      { $set: { holder, turn: turn + 1 } },
    );
    return modifiedCount > 0;
  }

  /** Returns false when another process holds it. */
  async renew(holder: string): Promise<boolean> {
    const { modifiedCount } = await this.#leases.updateOne({ _id: ID, holder }, { $inc: { turn: 1 } });
    return modifiedCount > 0;
  }

  /** Releases it if the holder has it. */
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

/** How long a lease lasts without a renewal, in milliseconds. */
export const LEASE_MS = 6_000;

interface Seen {
  readonly record: LeaseRecord;
  /** When it was first seen with this turn. */
  readonly since: number;
}

interface LeaseHolderDeps {
  readonly lease: Pick<LeaseDocument, 'read' | 'claim' | 'renew' | 'release'>;
  /** Names this process. */
  readonly holder: string;
  readonly leaseMs: number;
  /** Milliseconds of a monotonic clock of this process. */
  readonly now: () => number;
}

/**
 * One process's view of the lease. It measures its own lease from before it asked for it, and another's from after it
 * saw the last turn: so one has ended before the other begins.
 */
export class LeaseHolder {
  readonly #deps: LeaseHolderDeps;
  #seen: Seen | undefined;
  #heldUntil = -Infinity;

  constructor(deps: LeaseHolderDeps) {
    this.#deps = deps;
  }

  get held(): boolean {
    return this.#deps.now() < this.#heldUntil;
  }

  /** Takes the lease if nobody holds it, or its holder has not renewed it. */
  async acquire(): Promise<boolean> {
    const { lease, holder, leaseMs, now } = this.#deps;
    const record = await lease.read();
    if (record?.holder && !this.#hasExpired(record)) return false;
    const until = now() + leaseMs;
    if (!(await lease.claim(holder, record))) return false;
    this.#seen = undefined;
    this.#heldUntil = until;
    return true;
  }

  /** Returns whether the lease is still held. Without an answer of the database it is, until it expires. */
  async renew(): Promise<boolean> {
    const { lease, holder, leaseMs, now } = this.#deps;
    const until = now() + leaseMs;
    try {
      this.#heldUntil = (await lease.renew(holder)) ? until : -Infinity;
    } catch {
      // It is held until it expires.
    }
    return this.held;
  }

  /** So that another process need not wait. */
  async release(): Promise<void> {
    this.#heldUntil = -Infinity;
    await this.#deps.lease.release(this.#deps.holder);
  }

  #hasExpired(record: LeaseRecord): boolean {
    const { leaseMs, now } = this.#deps;
    const same = this.#seen?.record.holder === record.holder && this.#seen.record.turn === record.turn;
    if (!same) this.#seen = { record, since: now() };
    return this.#seen !== undefined && now() - this.#seen.since >= leaseMs;
  }
}
