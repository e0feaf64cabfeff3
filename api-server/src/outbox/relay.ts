import type { Logger } from 'pino';
import { queueErrorOf } from '../repository/mongoose/errors.js';
import { Leadership } from './leadership.js';
import { LEASE_MS, LeaseHolder } from './lease-holder.js';
import type { LeaseDocument } from './lease.js';
import type { Depth, Outbox } from './outbox.js';
import type { RelayQueue } from './relay-queue.js';
import { Sleep, type After } from './timing.js';
import { Fault, type FaultReport } from './fault.js';

export interface RelayDeps {
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
  readonly trouble: FaultReport | undefined;
}

export type RelayState = 'leader' | 'standby' | 'stopped';

const POLL_MS = 1_000;

/** Publishes the events of the outbox: one process at a time, over all that share the database. */
export class Relay {
  readonly #deps: RelayDeps;
  readonly #lease: LeaseHolder;
  readonly #connectionFault: Fault;
  readonly #relayFault: Fault;
  readonly #stop = new AbortController();
  /** Until there is something to publish. */
  readonly #idle: Sleep;
  #state: RelayState = 'stopped';
  #running: Promise<void> | undefined;

  constructor(deps: RelayDeps) {
    this.#deps = deps;
    this.#lease = new LeaseHolder({ ...deps, leaseMs: deps.leaseMs ?? LEASE_MS, now: deps.elapsed });
    this.#connectionFault = new Fault({ ...deps, what: 'the connection to the queue server' });
    this.#relayFault = new Fault({ ...deps, what: 'the relay of the outbox' });
    this.#idle = new Sleep(deps.after);
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
    const { depth, oldest, parked } = await this.#deps.outbox.depth();
    const lagMs = oldest === undefined ? 0 : Math.max(0, this.#deps.now() - oldest.getTime());
    return {
      depth,
      lagMs,
      parked,
      relay: this.#state,
      trouble: this.#connectionFault.report ?? this.#relayFault.report,
    };
  }

  async #run(stop: AbortSignal): Promise<void> {
    const waiting = new Sleep(this.#deps.after);
    while (!stop.aborted) {
      this.#state = 'standby';
      try {
        const acquired = await this.#lease.acquire();
        this.#relayFault.end();
        if (acquired) await this.#lead(stop);
      } catch (error) {
        this.#relayFault.begin(queueErrorOf(error, 'outbox'));
      }
      await waiting.for(this.#deps.pollMs ?? POLL_MS, stop);
    }
    this.#state = 'stopped';
  }

  async #lead(stop: AbortSignal): Promise<void> {
    this.#state = 'leader';
    const [connectionFault, relayFault] = [this.#connectionFault, this.#relayFault];
    const { pollMs = POLL_MS, leaseMs = LEASE_MS } = this.#deps;
    const [lease, idle] = [this.#lease, this.#idle];
    await new Leadership({
      ...this.#deps,
      pollMs,
      leaseMs,
      lease,
      idle,
      connectionFault,
      relayFault,
      stop,
    }).run();
  }
}
