import type { Logger } from 'pino';
import { queueErrorOf } from '../repository/mongoose/errors.js';
import { Leadership } from './leadership.js';
import { LEASE_MS, LeaseHolder } from './lease-holder.js';
import type { LeaseDocument } from './lease.js';
import type { Depth, Outbox } from './outbox.js';
import type { RelayQueue } from './relay-queue.js';
import { Sleep, type After } from './timing.js';
import { Trouble, type TroubleReport } from './trouble.js';

export interface RelayParts {
  readonly outbox: Pick<Outbox, 'next' | 'mark' | 'remove' | 'park' | 'attempted' | 'depth'>;
  readonly lease: Pick<LeaseDocument, 'read' | 'claim' | 'renew' | 'release'>;
  /** A new client: what one that is closed has not sent yet will never be sent. */
  readonly openQueue: () => RelayQueue;
  /** Names this process: a UUID. */
  readonly holder: string;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly after: After;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that nobody sets. */
  readonly elapsed: () => number;
  /** How long a relay that shows no life is left alone. Default: 6,000 milliseconds. */
  readonly leaseMs?: number | undefined;
  /** Between two looks for the entries of other processes. Default: 1,000 milliseconds. */
  readonly pollMs?: number | undefined;
}

/** For `/readyz` and logs. */
export interface OutboxStatus extends Omit<Depth, 'oldest'> {
  /** The age of the oldest entry that waits; 0 when none does. */
  readonly lagMs: number;
  /** `leader`: this process publishes; `standby`: another does, or nobody yet. */
  readonly relay: RelayState;
  /** Why this process cannot publish at the moment. */
  readonly trouble: TroubleReport | undefined;
}

export type RelayState = 'leader' | 'standby' | 'stopped';

const POLL_MS = 1_000;

/** Publishes the events of the outbox: one process at a time, over all that share the database. */
export class Relay {
  readonly #parts: RelayParts;
  readonly #lease: LeaseHolder;
  readonly #connection: Trouble;
  readonly #relaying: Trouble;
  readonly #stop = new AbortController();
  /** Until there is something to publish. */
  readonly #idle: Sleep;
  #state: RelayState = 'stopped';
  #running: Promise<void> | undefined;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#lease = new LeaseHolder({ ...parts, leaseMs: parts.leaseMs ?? LEASE_MS, now: parts.elapsed });
    this.#connection = new Trouble({ ...parts, what: 'the connection to the queue server' });
    this.#relaying = new Trouble({ ...parts, what: 'the relay of the outbox' });
    this.#idle = new Sleep(parts.after);
  }

  start(): void {
    this.#running ??= this.#run(this.#stop.signal);
  }

  /** There is something new in the outbox. */
  wake(): void {
    this.#idle.wake();
  }

  /** Waits for the receipts of what is on its way, for a moment, and gives the lease back. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Rejects when the database cannot be reached. */
  async status(): Promise<OutboxStatus> {
    const { depth, oldest, parked } = await this.#parts.outbox.depth();
    const lagMs = oldest === undefined ? 0 : Math.max(0, this.#parts.now() - oldest.getTime());
    return {
      depth,
      lagMs,
      parked,
      relay: this.#state,
      trouble: this.#connection.report ?? this.#relaying.report,
    };
  }

  async #run(stop: AbortSignal): Promise<void> {
    const waiting = new Sleep(this.#parts.after);
    while (!stop.aborted) {
      this.#state = 'standby';
      try {
        const acquired = await this.#lease.acquire();
        this.#relaying.end();
        if (acquired) await this.#lead(stop);
      } catch (error) {
        this.#relaying.begin(queueErrorOf(error, 'outbox'));
      }
      await waiting.for(this.#parts.pollMs ?? POLL_MS, stop);
    }
    this.#state = 'stopped';
  }

  async #lead(stop: AbortSignal): Promise<void> {
    this.#state = 'leader';
    const [connection, relaying] = [this.#connection, this.#relaying];
    const { pollMs = POLL_MS, leaseMs = LEASE_MS } = this.#parts;
    const [lease, idle] = [this.#lease, this.#idle];
    await new Leadership({ ...this.#parts, pollMs, leaseMs, lease, idle, connection, relaying, stop }).run();
  }
}
