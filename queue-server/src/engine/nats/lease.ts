import { newId } from '@typed-queue/contracts';
import type { KV, KvEntry } from '@nats-io/kv';
import { StoreLost } from '../remote/store-lost.js';
import { failureOf } from './failure.js';
import { OWNER_KEY } from './owner-buckets.js';
import { ownerOf, type OwnerValue } from './owner-value.js';

/** What was seen of the lease of another server. */
export interface SeenLease {
  /** Of what that wrote last. */
  readonly revision: number;
  /** Since when nothing else was seen, by the clock of who saw it. */
  readonly since: number;
}

export interface LeaseOptions {
  readonly bucket: Pick<KV, 'get' | 'create' | 'update'>;
  /** How long it is valid without a renewal. */
  readonly termMs: number;
  /** The machine it runs on, for the operator. */
  readonly name: string;
  /** What this server saw before. */
  readonly seen?: SeenLease | undefined;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** Nodes of a cluster that were started again at once miss a stream for up to 4 s. */
const OVERDUE_MS = 10_000;

/** Clocks of two machines may run so much faster or slower than each other. */
const DRIFT = 1.05;

/**
 * The right to write to the store, of one server at a time. Its owner renews it by an update of the last revision, whose
 * number another server watches: when it stays the same for a whole term by the clock of that one, the term is over by the
 * clock of the owner, too.
 */
export class Lease {
  readonly #options: LeaseOptions;
  readonly id = newId();
  #seen: SeenLease | undefined;
  /** When what was seen is over, if nothing else is seen. */
  #overAt = -Infinity;
  #value: OwnerValue;
  #revision = 0;
  #renewedAt = -Infinity;
  #onRegained: (() => void)[] = [];
  /** Settles with the last request that writes; never rejects. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: LeaseOptions) {
    this.#options = options;
    const { name, termMs, seen } = options;
    this.#seen = seen;
    this.#value = { id: this.id, name, number: 1, termMs };
  }

  /** False when another server may have it, by the clock of this one. */
  isValid(): boolean {
    return this.#options.now() - this.#renewedAt < this.#options.termMs;
  }

  /** Called when it is valid again after it was not. */
  onRegained(listener: () => void): void {
    this.#onRegained.push(listener);
  }

  /** Resolves to whether this server has it now. */
  async acquire(): Promise<boolean> {
    const { bucket } = this.#options;
    const entry = await bucket.get(OWNER_KEY);
    const owner = ownerIn(entry);
    // The answer of an attempt before was lost.
    if (entry !== null && owner?.id === this.id) return this.#take(entry.revision);
    if (entry !== null && !this.#isOver(entry, owner)) return false;
    this.#value = { ...this.#value, number: (owner?.number ?? 0) + 1 };
    return this.#take(entry?.revision ?? 0);
  }

  /**
   * Renews it. Resolves to whether it is renewed; not when NATS does not answer.
   * @throws StoreLost when another server owns the store
   */
  renew(): Promise<boolean> {
    return this.#inTurn(async () => {
      const began = this.#options.now();
      try {
        this.#renewed(await this.#write(this.#value), began);
        return true;
      } catch (error) {
        if (failureOf(error) === 'superseded' || this.#isOverdue()) await this.#learnRevision();
        return false;
      }
    });
  }

  /** Lets the next owner in. */
  async release(): Promise<void> {
    // It ends by itself otherwise.
    await this.#inTurn(() => this.#write({ ...this.#value, released: true })).catch(() => undefined);
    this.#renewedAt = -Infinity;
  }

  /** In how many milliseconds the lease of another server may be over, after `acquire` found that it is not. */
  get remainingMs(): number {
    return Math.max(0, this.#overAt - this.#options.now());
  }

  #isOver({ revision }: KvEntry, owner: OwnerValue | undefined): boolean {
    if (owner?.released === true) return true;
    const now = this.#options.now();
    if (this.#seen?.revision !== revision) this.#seen = { revision, since: now };
    const termMs = owner?.termMs ?? this.#options.termMs;
    this.#overAt = this.#seen.since + termMs * DRIFT;
    return now >= this.#overAt;
  }

  /** What is renewed may be gone: a write to a bucket that is missing has no answer. */
  #isOverdue(): boolean {
    return this.#options.now() - this.#renewedAt > OVERDUE_MS;
  }

  async #take(revision: number): Promise<boolean> {
    const began = this.#options.now();
    this.#revision = revision;
    try {
      this.#renewed(await this.#write(this.#value), began);
      return true;
    } catch (error) {
      if (failureOf(error) === 'superseded') return false;
      throw error;
    }
  }

  /** @throws what says `superseded` where the last revision is another one */
  #write(value: OwnerValue): Promise<number> {
    const { bucket, termMs } = this.#options;
    const text = JSON.stringify(value);
    return this.#revision === 0
      ? bucket.create(OWNER_KEY, text)
      : bucket.update(OWNER_KEY, text, this.#revision, termMs);
  }

  /** The revision is another one: this server made it, and did not get the answer, or it is the owner no more. */
  async #learnRevision(): Promise<void> {
    const entry = await this.#options.bucket
      .get(OWNER_KEY)
      .catch((error: unknown) => (failureOf(error) === 'missing' ? null : undefined));
    // NATS does not say.
    if (entry === undefined) return;
    if (entry === null) throw new StoreLost(MISSING);
    if (ownerIn(entry)?.id !== this.id) throw new StoreLost(SUPERSEDED);
    this.#revision = entry.revision;
  }

  #renewed(revision: number, began: number): void {
    const wasValid = this.isValid();
    this.#revision = revision;
    this.#renewedAt = Math.max(this.#renewedAt, began);
    if (!wasValid && this.isValid()) for (const listener of this.#onRegained) listener();
  }

  /** One after the other, since each names the revision of the one before. */
  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const run = this.#last.then(write);
    this.#last = run.catch(() => undefined);
    return run;
  }
}

const ownerIn = (entry: KvEntry | null): OwnerValue | undefined =>
  entry?.operation === 'PUT' ? ownerOf(entry.string()) : undefined;

const SUPERSEDED = 'Another server owns the data in NATS now.';
const MISSING = 'What says who owns the data in NATS is gone: somebody removed it, or NATS lost it.';
