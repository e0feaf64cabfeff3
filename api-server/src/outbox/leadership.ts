import { backOffMs, ApiError } from '@typed-queue/contracts';
import type { After } from '@typed-queue/program';
import type { Logger } from 'pino';
import { apiErrorOf } from '../repository/mongoose/errors.js';
import type { Fault } from './fault.js';
import type { LeaseHolder } from './lease.js';
import type { RelayQueue } from './recovery.js';
import { runRelay, type RelayDeps } from './relay.js';
import { Sleep } from './sleep.js';

/** What the relays of this process have done since it started. */
export interface RelayCounts {
  /** Events. */
  published: number;
  /** How often a relay failed; another follows. */
  failures: number;
}

export interface LeadershipDeps {
  readonly outbox: RelayDeps['outbox'];
  readonly handover: RelayDeps['handover'];
  /** Held when the leadership begins. */
  readonly lease: LeaseHolder;
  /** Opens a new client: what a closed one has not sent yet is never sent. */
  readonly openQueue: () => RelayQueue;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly after: After;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a monotonic clock. */
  readonly elapsed: () => number;
  readonly leaseMs: number;
  readonly pollMs: number;
  /** Woken when there is something to publish. */
  readonly idle: Sleep;
  readonly connectionFault: Fault;
  readonly relayFault: Fault;
  readonly counts: RelayCounts;
  /** Ends the leadership. */
  readonly stop: AbortSignal;
}

/** How long a relay that is stopped waits for the receipts of what it published. */
const STOP_MS = 2_000;
const RENEWALS_PER_LEASE = 3;
/** Of the poll interval: the longest wait after failures. */
const MAX_BACK_OFF = 32;

/** The time in which this process publishes the outbox: while it holds the lease, over one client after another. */
export class Leadership {
  readonly #deps: LeadershipDeps;
  readonly #leaseLost = new AbortController();
  /** Stopped, or the lease is lost. */
  readonly #end: AbortSignal;
  #failures = 0;

  constructor(deps: LeadershipDeps) {
    this.#deps = deps;
    this.#end = AbortSignal.any([deps.stop, this.#leaseLost.signal]);
  }

  async run(): Promise<void> {
    this.#deps.logger.info('this process publishes the outbox');
    const renewing = this.#renew();
    try {
      while (!this.#end.aborted) await this.#relay();
    } finally {
      this.#leaseLost.abort();
      await renewing;
      await this.#deps.lease.release();
    }
  }

  async #renew(): Promise<void> {
    const { after, leaseMs, lease, logger } = this.#deps;
    const interval = new Sleep(after);
    for (;;) {
      await interval.for(leaseMs / RENEWALS_PER_LEASE, this.#end);
      if (this.#end.aborted) return;
      if (await lease.renew()) continue;
      logger.warn('the lease of the outbox is lost: another process publishes it, or will');
      this.#leaseLost.abort();
    }
  }

  /** Relays over one client, until the leadership ends or something fails. */
  async #relay(): Promise<void> {
    const { openQueue, lease, idle, after } = this.#deps;
    const queue = openQueue();
    // Messages in flight may arrive only while no other process can relay.
    const close = (): void => void queue.close({ timeoutMs: lease.held ? STOP_MS : 0 });
    this.#watch(queue);
    this.#end.addEventListener('abort', close);
    if (this.#end.aborted) close();
    try {
      const gathering = new Sleep(after);
      await runRelay({ ...this.#deps, ...this.#hooks(), queue, idle, gathering, signal: this.#end });
    } catch (error) {
      if (!this.#end.aborted) await this.#failed(error, queue);
    }
    this.#end.removeEventListener('abort', close);
    await queue.close({ timeoutMs: 0 });
  }

  #hooks(): Pick<RelayDeps, 'assertHeld' | 'onRecovered' | 'onParked' | 'onPublished'> {
    const { lease, relayFault, logger, counts } = this.#deps;
    return {
      assertHeld: () => {
        if (!lease.held) throw new ApiError('aborted', 'The lease of the outbox is lost.');
      },
      onRecovered: () => {
        this.#failures = 0;
        relayFault.end();
      },
      onParked: ({ _id: id, event, document }, err) => {
        const text = 'the queue server permanently refuses an event: it is parked';
        logger.error({ err, id, event, document }, text);
      },
      onPublished: (events) => void (counts.published += events),
    };
  }

  #watch(queue: RelayQueue): void {
    const { connectionFault, stop } = this.#deps;
    queue.on('connected', () => connectionFault.end());
    queue.on('connection:failed', ({ cause }) => connectionFault.begin(cause.message));
    queue.on('error', ({ error }) => connectionFault.begin(error));
    queue.on('disconnected', ({ reason }) => {
      if (!stop.aborted) connectionFault.begin(`It ended: ${reason}.`);
    });
  }

  /** Closes the client first: what it still has to send would get no receipt. */
  async #failed(error: unknown, queue: RelayQueue): Promise<void> {
    const { relayFault, pollMs, after, counts } = this.#deps;
    counts.failures++;
    relayFault.begin(apiErrorOf(error, 'outbox'));
    await queue.close({ timeoutMs: 0 });
    const ms = backOffMs(this.#failures++, { minDelayMs: pollMs, maxDelayMs: MAX_BACK_OFF * pollMs });
    await new Sleep(after).for(ms, this.#end);
  }
}
