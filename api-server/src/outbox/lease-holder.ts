import type { LeaseDocument, LeaseRecord } from './lease.js';

/** How long a sign of life counts, in milliseconds. */
export const LEASE_MS = 6_000;

interface Seen {
  readonly record: LeaseRecord;
  /** When it was seen like this for the first time. */
  readonly since: number;
}

export interface LeaseHolderDeps {
  readonly lease: Pick<LeaseDocument, 'read' | 'claim' | 'renew' | 'release'>;
  /** Names this process. */
  readonly holder: string;
  readonly leaseMs: number;
  /** Milliseconds; its own clock alone is asked. */
  readonly now: () => number;
}

/**
 * One process's view of the lease. It counts its own from the moment before it asked for it, and another's from the
 * moment after it saw its last turn: so the one has ended before the other begins.
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

  /** Takes the lease when it is nobody's, or its holder shows no life. */
  async acquire(): Promise<boolean> {
    const { lease, holder, leaseMs, now } = this.#deps;
    const record = await lease.read();
    if (record?.holder && !this.#stoodStill(record)) return false;
    const until = now() + leaseMs;
    if (!(await lease.claim(holder, record))) return false;
    this.#seen = undefined;
    this.#heldUntil = until;
    return true;
  }

  /** Returns whether the lease is still held. While the database does not answer, it is until its end. */
  async renew(): Promise<boolean> {
    const { lease, holder, leaseMs, now } = this.#deps;
    const until = now() + leaseMs;
    try {
      this.#heldUntil = (await lease.renew(holder)) ? until : -Infinity;
    } catch {
      // What it is until its end decides.
    }
    return this.held;
  }

  /** Gives it back, so that another need not wait. */
  async release(): Promise<void> {
    this.#heldUntil = -Infinity;
    await this.#deps.lease.release(this.#deps.holder);
  }

  #stoodStill(record: LeaseRecord): boolean {
    const { leaseMs, now } = this.#deps;
    const same = this.#seen?.record.holder === record.holder && this.#seen.record.turn === record.turn;
    if (!same) this.#seen = { record, since: now() };
    return this.#seen !== undefined && now() - this.#seen.since >= leaseMs;
  }
}
