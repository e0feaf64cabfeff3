import { apiErrorOf } from '../repository/mongoose/errors.js';
import type { Entry } from './entry.js';
import { Fault, type FaultReport } from './fault.js';
import { Handover } from './handover.js';
import { Leadership, type LeadershipDeps, type RelayCounts } from './leadership.js';
import { LEASE_MS, LeaseHolder, type LeaseDocument } from './lease.js';
import type { Depth, Outbox } from './outbox.js';
import { Sleep } from './sleep.js';

interface RelayCandidateDeps extends Pick<
  LeadershipDeps,
  'openQueue' | 'logger' | 'after' | 'now' | 'elapsed'
> {
  readonly outbox: LeadershipDeps['outbox'] & Pick<Outbox, 'depth'>;
  readonly lease: Pick<LeaseDocument, 'read' | 'claim' | 'renew' | 'release'>;
  /** Names this process: a UUID. */
  readonly holder: string;
  /** How long another process keeps a lease that it does not renew. Default: 6,000 milliseconds. */
  readonly leaseMs?: number | undefined;
  /** How often to look for the entries of other processes. Default: 1,000 milliseconds. */
  readonly pollMs?: number | undefined;
}

/** For `/readyz` and logs. */
export interface OutboxStatus extends Omit<Depth, 'oldest'> {
  /** The age of the oldest entry that waits; 0 when none does. */
  readonly lagMs: number;
  /** `leader`: this process publishes; `standby`: another does, or nobody yet. */
  readonly relay: RelayState;
  /** Why this process cannot publish at the moment. */
  readonly fault: FaultReport | undefined;
}

type RelayState = 'leader' | 'standby' | 'stopped';

const POLL_MS = 1_000;

/**
 * This process among all that share the database: it waits for the lease of the outbox, and publishes the events
 * (`relay.ts`) while it holds it.
 */
export class RelayCandidate {
  readonly #deps: RelayCandidateDeps & Pick<LeadershipDeps, 'leaseMs' | 'pollMs'>;
  readonly #lease: LeaseHolder;
  readonly #connectionFault: Fault;
  readonly #relayFault: Fault;
  readonly #stop = new AbortController();
  readonly #handover = new Handover();
  readonly #counts: RelayCounts = { published: 0, failures: 0 };
  /** Woken when there is something to publish. */
  readonly #idle: Sleep;
  #state: RelayState = 'stopped';
  #running: Promise<void> | undefined;

  constructor(deps: RelayCandidateDeps) {
    const { leaseMs = LEASE_MS, pollMs = POLL_MS } = deps;
    this.#deps = { ...deps, leaseMs, pollMs };
    this.#lease = new LeaseHolder({ lease: deps.lease, holder: deps.holder, leaseMs, now: deps.elapsed });
    this.#connectionFault = new Fault({ ...deps, what: 'the connection to the queue server' });
    this.#relayFault = new Fault({ ...deps, what: 'the relay of the outbox' });
    this.#idle = new Sleep(deps.after);
  }

  get counts(): Readonly<RelayCounts> {
    return this.#counts;
  }

  start(): void {
    this.#running ??= this.#run(this.#stop.signal);
  }

  /** These entries were committed by this process. */
  add(entries: readonly Entry[]): void {
    this.#handover.add(entries);
    this.#idle.wake();
  }

  /** There may be something in the outbox that was not added here. */
  wake(): void {
    this.#handover.forget();
    this.#idle.wake();
  }

  /** Waits a moment for the receipts of messages in flight, and releases the lease. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Rejects when the database cannot be reached. */
  async status(): Promise<OutboxStatus> {
    const { outbox, now } = this.#deps;
    const { depth, oldest, parked } = await outbox.depth();
    const lagMs = oldest === undefined ? 0 : Math.max(0, now() - oldest.getTime());
    const fault = this.#connectionFault.report ?? this.#relayFault.report;
    return { depth, lagMs, parked, relay: this.#state, fault };
  }

  async #run(stop: AbortSignal): Promise<void> {
    const interval = new Sleep(this.#deps.after);
    while (!stop.aborted) {
      this.#state = 'standby';
      try {
        const acquired = await this.#lease.acquire();
        this.#relayFault.end();
        if (acquired) await this.#lead(stop);
      } catch (error) {
        this.#relayFault.begin(apiErrorOf(error, 'outbox'));
      }
      await interval.for(this.#deps.pollMs, stop);
    }
    this.#state = 'stopped';
  }

  async #lead(stop: AbortSignal): Promise<void> {
    this.#state = 'leader';
    await new Leadership({
      ...this.#deps,
      lease: this.#lease,
      handover: this.#handover,
      idle: this.#idle,
      connectionFault: this.#connectionFault,
      relayFault: this.#relayFault,
      counts: this.#counts,
      stop,
    }).run();
  }
}
