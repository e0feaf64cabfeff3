import { QueueError } from '@typed-queue/contracts';
import type { Logger } from 'pino';
import { queueErrorOf } from '../repository/mongoose/errors.js';
import type { LeaseHolder } from './lease-holder.js';
import type { Outbox } from './outbox.js';
import type { RelayQueue } from './relay-queue.js';
import { relay, type RelayLoopDeps } from './relay-loop.js';
import { Sleep, type After } from './timing.js';
import type { Fault } from './fault.js';

export interface LeadershipDeps {
  readonly outbox: Pick<Outbox, 'next' | 'mark' | 'remove' | 'park' | 'attempted'>;
  /** Held when it begins. */
  readonly lease: LeaseHolder;
  /** A new client: what one that is closed has not sent yet will never be sent. */
  readonly openQueue: () => RelayQueue;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly after: After;
  readonly now: () => number;
  readonly leaseMs: number;
  readonly pollMs: number;
  /** Until there is something to publish. */
  readonly idle: Sleep;
  readonly connectionFault: Fault;
  readonly relayFault: Fault;
  /** Ends it. */
  readonly stop: AbortSignal;
}

/** How long a relay that is stopped waits for the receipts of what it published. */
const STOP_MS = 2_000;
/** Signs of life within the time that one counts. */
const RENEWALS = 3;
/** The wait after a failure is doubled so often. */
const MAX_DOUBLINGS = 5;

/** The time in which this process publishes the outbox: as long as it holds the lease, over one client after another. */
export class Leadership {
  readonly #deps: LeadershipDeps;
  readonly #lost = new AbortController();
  /** Aborts when it ends, one way or the other. */
  readonly #end: AbortSignal;
  #failures = 0;

  constructor(deps: LeadershipDeps) {
    this.#deps = deps;
    this.#end = AbortSignal.any([deps.stop, this.#lost.signal]);
  }

  async run(): Promise<void> {
    this.#deps.logger.info('this process publishes the outbox');
    const renewing = this.#renew();
    try {
      while (!this.#end.aborted) await this.#relay();
    } finally {
      this.#lost.abort();
      await renewing;
      await this.#deps.lease.release();
    }
  }

  async #renew(): Promise<void> {
    const { after, leaseMs, lease, logger } = this.#deps;
    const between = new Sleep(after);
    for (;;) {
      await between.for(leaseMs / RENEWALS, this.#end);
      if (this.#end.aborted) return;
      if (await lease.renew()) continue;
      logger.warn('the lease of the outbox is lost: another process publishes it, or will');
      this.#lost.abort();
    }
  }

  /** Relays over one client, until it ends or something fails. */
  async #relay(): Promise<void> {
    const { openQueue, lease, idle } = this.#deps;
    const queue = openQueue();
    // What is on its way may arrive as long as nobody else relays; after that it must not.
    const close = (): void => void queue.close({ timeoutMs: lease.held ? STOP_MS : 0 });
    this.#listen(queue);
    this.#end.addEventListener('abort', close);
    if (this.#end.aborted) close();
    try {
      const gathering = new Sleep(this.#deps.after);
      await relay({ ...this.#deps, ...this.#hooks(), queue, sleep: idle, gathering, signal: this.#end });
    } catch (error) {
      if (!this.#end.aborted) await this.#failed(error, queue);
    }
    this.#end.removeEventListener('abort', close);
    await queue.close({ timeoutMs: 0 });
  }

  #hooks(): Pick<RelayLoopDeps, 'assertHeld' | 'onRecovered' | 'onParked'> {
    const { lease, relayFault, logger } = this.#deps;
    return {
      assertHeld: () => {
        if (!lease.held) throw new QueueError('aborted', 'The lease of the outbox is lost.');
      },
      onRecovered: () => {
        this.#failures = 0;
        relayFault.end();
      },
      onParked: ({ _id: id, event, document }, err) => {
        const text = 'the queue server refuses an event for good: it is parked';
        logger.error({ err, id, event, document }, text);
      },
    };
  }

  #listen(queue: RelayQueue): void {
    const { connectionFault, stop } = this.#deps;
    queue.on('connected', () => connectionFault.end());
    queue.on('connection:failed', ({ cause }) => connectionFault.begin(cause.message));
    queue.on('error', ({ error }) => connectionFault.begin(error));
    queue.on('disconnected', ({ reason }) => {
      if (!stop.aborted) connectionFault.begin(`It ended: ${reason}.`);
    });
  }

  /** What the client still has to send must not be sent while nobody waits for it. */
  async #failed(error: unknown, queue: RelayQueue): Promise<void> {
    const { relayFault, pollMs, after } = this.#deps;
    relayFault.begin(queueErrorOf(error, 'outbox'));
    await queue.close({ timeoutMs: 0 });
    const ms = pollMs * 2 ** Math.min(this.#failures++, MAX_DOUBLINGS);
    await new Sleep(after).for(ms, this.#end);
  }
}
