import type { Position } from '@typed-queue/contracts';
import { mongo, type Connection } from 'mongoose';

/** Who may relay. The turn grows with each renewal: a process that sees it unchanged for long enough may take over. */
export interface LeaseRecord {
  readonly _id: string;
  /** null: released. */
  readonly holder: string | null;
  readonly turn: number;
  /** Before it the queue has no message whose entry is still in the outbox. Absent: it may have some. */
  readonly checkpoint?: Position;
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

  /** Stores a checkpoint as well, if there is one. Returns false when another process holds it. */
  async renew(holder: string, checkpoint: Position | undefined): Promise<boolean> {
    const update = { $inc: { turn: 1 }, ...(checkpoint && { $set: { checkpoint } }) };
    const { modifiedCount } = await this.#leases.updateOne({ _id: ID, holder }, update);
    return modifiedCount > 0;
  }

  /** Releases it if the holder has it. */
  async release(holder: string, checkpoint: Position | undefined): Promise<void> {
    const update = { $inc: { turn: 1 }, $set: { holder: null, ...(checkpoint && { checkpoint }) } };
    await this.#leases.updateOne({ _id: ID, holder }, update);
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
  #checkpoint: Position | undefined;

  constructor(deps: LeaseHolderDeps) {
    this.#deps = deps;
  }

  get held(): boolean {
    return this.#deps.now() < this.#heldUntil;
  }

  /** As of `LeaseRecord`, and of this process since it holds the lease. */
  get checkpoint(): Position | undefined {
    return this.#checkpoint;
  }

  /** Moves the checkpoint; it is stored with the next renewal. */
  advance(checkpoint: Position): void {
    this.#checkpoint = checkpoint;
  }

  /** Takes the lease if nobody holds it, or its holder has not renewed it. */
  async acquire(): Promise<boolean> {
    const { lease, holder, leaseMs, now } = this.#deps;
    const record = await lease.read();
    if (record?.holder && !this.#hasExpired(record)) return false;
    const until = now() + leaseMs;
    if (!(await lease.claim(holder, record))) return false;
    this.#seen = undefined;
    this.#checkpoint = record?.checkpoint;
    this.#heldUntil = until;
    return true;
  }

  /** Returns whether the lease is still held. Without an answer of the database it is, until it expires. */
  async renew(): Promise<boolean> {
    const { lease, holder, leaseMs, now } = this.#deps;
    const until = now() + leaseMs;
    try {
      this.#heldUntil = (await lease.renew(holder, this.#checkpoint)) ? until : -Infinity;
    } catch {
      // It is held until it expires.
    }
    return this.held;
  }

  /** So that another process need not wait. */
  async release(): Promise<void> {
    this.#heldUntil = -Infinity;
    await this.#deps.lease.release(this.#deps.holder, this.#checkpoint);
  }

  #hasExpired(record: LeaseRecord): boolean {
    const { leaseMs, now } = this.#deps;
    const same = this.#seen?.record.holder === record.holder && this.#seen.record.turn === record.turn;
    if (!same) this.#seen = { record, since: now() };
    return this.#seen !== undefined && now() - this.#seen.since >= leaseMs;
  }
}
