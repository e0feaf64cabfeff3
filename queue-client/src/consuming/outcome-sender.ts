import { QueueError, type Range } from '@typed-queue/contracts';
import { intersectRanges, type LostLease, type Result, type Settlement } from '@typed-queue/contracts/wire';
import { BackOff } from '../back-off.js';
import type { Requests } from '../connection/requests.js';
import { Waiters } from '../deferred.js';
import type { Runtime } from '../runtime.js';
import type { LeaseClock, Moment } from './lease-clock.js';

/** Messages whose lease was lost when their outcomes or extension arrived. */
export interface RefusedLease extends LostLease {
  /** Those whose handlers had ended: their work is wasted. */
  readonly handled: readonly Range[];
}

interface OutcomeSenderDeps {
  readonly subscription: string;
  readonly server: Requests;
  readonly runtime: Pick<Runtime, 'defer' | 'after' | 'random'>;
  readonly leases: Pick<LeaseClock, 'now' | 'extended'>;
  /** Takes out what was settled since the last request. */
  readonly settlements: () => readonly Settlement[];
  readonly hasOutcomes: () => boolean;
  /** The server has all settlements so far. */
  readonly onSettled: () => void;
  readonly onLost: (lost: readonly RefusedLease[]) => void;
  readonly onError: (error: QueueError) => void;
}

interface Batch {
  readonly settlements: readonly Settlement[];
  /** The connection ended before its first answer: it may have taken effect. */
  readonly resent: boolean;
}

type State =
  /** Not a member. An unanswered batch is kept, to be sent again. */
  | { readonly kind: 'offline'; readonly batch?: Batch | undefined }
  | { readonly kind: 'ready' }
  /** A request waits for its answer. */
  | { readonly kind: 'sent'; readonly batch: Batch }
  /** The server refused it with a retryable error. */
  | { readonly kind: 'backing-off'; readonly batch: Batch };

const READY: State = { kind: 'ready' };

const batchOf = (state: State): Batch | undefined => (state.kind === 'ready' ? undefined : state.batch);

/** Sends the outcomes of one subscription, one request at a time. Outcomes of one turn share a request. */
export class OutcomeSender {
  readonly #deps: OutcomeSenderDeps;
  readonly #backOff: BackOff;
  #state: State = { kind: 'offline' };
  #scheduled = false;
  readonly #idleWaiters = new Waiters();

  constructor(deps: OutcomeSenderDeps) {
    this.#deps = deps;
    this.#backOff = new BackOff(deps.runtime);
  }

  /** Sends all outcomes at the end of this turn of the event loop. */
  schedule(): void {
    if (this.#state.kind !== 'ready' || this.#scheduled) return;
    this.#scheduled = true;
    this.#deps.runtime.defer(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  /**
   * Rejoined with these leases. An unanswered ack is sent again even if its lease is gone: the server does not refuse
   * one that took effect, so its answer says what was lost.
   */
  online(kept: ReadonlySet<number>): void {
    const settlements = batchOf(this.#state)?.settlements.filter(({ token, outcome }) =>
      kept.has(token) ? outcome.kind !== 'extend' : outcome.kind === 'ack',
    );
    this.#state = READY;
    // At once: the handler of the next grant may block the event loop.
    if (settlements !== undefined && settlements.length > 0) this.#send({ settlements, resent: true });
    else this.schedule();
  }

  offline(): void {
    this.#state = { kind: 'offline', batch: batchOf(this.#state) };
    this.#backOff.cancel();
  }

  /** Resolves when the server has all outcomes. */
  idle(): Promise<void> {
    const isIdle = batchOf(this.#state) === undefined && !this.#deps.hasOutcomes();
    return isIdle ? Promise.resolve() : this.#idleWaiters.wait();
  }

  #flush(): void {
    if (this.#state.kind !== 'ready') return;
    const settlements = this.#deps.settlements();
    if (settlements.length > 0) {
      this.#send({ settlements, resent: false });
      return;
    }
    this.#deps.onSettled();
    this.#idleWaiters.release();
  }

  #send(batch: Batch): void {
    const { server, subscription, leases } = this.#deps;
    const sent: State = { kind: 'sent', batch };
    this.#state = sent;
    const extension = this.#extensionBy(batch);
    server.send('settle', subscription, batch.settlements, (result) => {
      if (this.#state !== sent) return;
      const tookEffect = result.ok || result.error.code === 'lease_lost';
      if (tookEffect && extension !== undefined) leases.extended(...extension);
      this.#answered(batch, result);
    });
  }

  /** The leases that a request extends, and the time it is sent. */
  #extensionBy({ settlements }: Batch): [tokens: readonly number[], sent: Moment] | undefined {
    const tokens = settlements.filter(({ outcome }) => outcome.kind === 'extend').map(({ token }) => token);
    return tokens.length === 0 ? undefined : [tokens, this.#deps.leases.now()];
  }

  #answered(batch: Batch, result: Result<null>): void {
    if (!result.ok && result.error.retryable) {
      // It may have taken effect before it failed.
      const resent = { ...batch, resent: true };
      this.#state = { kind: 'backing-off', batch: resent };
      this.#backOff.retry(() => this.#send(resent), result.error);
      return;
    }
    this.#backOff.reset();
    this.#state = READY;
    if (!result.ok) this.#refused(batch, QueueError.fromBody(result.error));
    this.#deps.onSettled();
    this.schedule();
  }

  #refused(batch: Batch, error: QueueError): void {
    if (error.code !== 'lease_lost') {
      this.#deps.onError(error);
      return;
    }
    // Safe: the wire defines the details of this code.
    const lost = (error.details.lost ?? []) as readonly LostLease[];
    this.#deps.onLost(lost.map((lease) => ({ ...lease, handled: handledOf(batch, lease) })));
  }
}

const handledOf = (batch: Batch, { token, ranges }: LostLease): Range[] => {
  const sent = batch.settlements.filter(
    ({ token: of, outcome: { kind } }) =>
      // Any other outcome that was sent twice may have taken effect the first time although it is refused now.
      of === token && (batch.resent ? kind === 'ack' : kind !== 'extend' && kind !== 'release'),
  );
  return intersectRanges(
    ranges,
    sent.flatMap((settlement) => settlement.ranges ?? []),
  );
};
