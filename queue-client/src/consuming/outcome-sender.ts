import { QueueError, type Range } from '@typed-queue/contracts';
import { intersectRanges, type LostLease, type Result, type Settlement } from '@typed-queue/contracts/wire';
import { BackOff } from '../back-off.js';
import type { Requests } from '../connection/requests.js';
import { Waiters } from '../deferred.js';
import type { Runtime } from '../runtime.js';
import type { LeaseClock } from './lease-clock.js';
import { partsOf } from './request-parts.js';

/** Messages whose lease was lost when their outcomes or extension arrived. */
export interface RefusedLease extends LostLease {
  /** Those whose handlers had ended: their work is wasted. */
  readonly handled: readonly Range[];
}

interface OutcomeSenderDeps {
  readonly subscription: string;
  /** The most messages that the server lets this member hold. */
  readonly window: number;
  readonly server: Requests;
  readonly runtime: Pick<Runtime, 'defer' | 'after' | 'random'>;
  readonly leases: Pick<LeaseClock, 'now' | 'asked' | 'answered' | 'extended'>;
  /** Takes out what was settled since the last request. */
  readonly settlements: (request: number) => readonly Settlement[];
  readonly hasOutcomes: () => boolean;
  /** The server has all settlements of a request. `isUnanswered`: others under the token are in requests without an answer. */
  readonly onSettled: (request: number, isUnanswered: (token: number) => boolean) => void;
  readonly onLost: (lost: readonly RefusedLease[]) => void;
  readonly onError: (error: QueueError) => void;
}

/** The outcomes of one request, or of a part of one that is too large. */
interface Batch {
  readonly settlements: readonly Settlement[];
  /** The request that has its answer with the answer to this. */
  readonly ends: number | undefined;
  /** The connection ended before its first answer: it may have taken effect. */
  readonly resent: boolean;
}

/**
 * - `offline`: not a member. What is unanswered is kept, to be sent again.
 * - `backing-off`: the server refused a request with a retryable error. Nothing is sent until what is unanswered is sent again.
 */
type State = 'offline' | 'online' | 'backing-off';

/**
 * Sends the outcomes of one subscription. Outcomes of one turn share a request. They wait for the answer to the last request,
 * unless they are half of the window: the server grants as much again when it gets them.
 */
export class OutcomeSender {
  readonly #deps: OutcomeSenderDeps;
  readonly #backOff: BackOff;
  /** In the order of sending. */
  readonly #unanswered = new Map<number, Batch>();
  #lastSent = 0;
  /** The other parts of the last request: each is sent after the answer to the one before. */
  readonly #parts: Batch[] = [];
  #state: State = 'offline';
  #lastRequest = 0;
  /** Outcomes since the last request. */
  #waiting = 0;
  #scheduled = false;
  readonly #idleWaiters = new Waiters();

  constructor(deps: OutcomeSenderDeps) {
    this.#deps = deps;
    this.#backOff = new BackOff(deps.runtime);
  }

  /** There is one more outcome. Sends all at the end of this turn of the event loop, if they need not wait. */
  schedule(): void {
    this.#waiting++;
    this.#plan();
  }

  /**
   * Rejoined with these leases. An unanswered ack is sent again even if its lease is gone: the server does not refuse
   * one that took effect, so its answer says what was lost.
   */
  online(kept: ReadonlySet<number>): void {
    // At once: the handler of the next grant may block the event loop.
    this.#resend(({ token, outcome }) =>
      kept.has(token) ? outcome.kind !== 'extend' : outcome.kind === 'ack',
    );
  }

  offline(): void {
    this.#state = 'offline';
    this.#backOff.cancel();
  }

  /** Resolves when the server has all outcomes. */
  idle(): Promise<void> {
    const isIdle = this.#unanswered.size + this.#parts.length === 0 && !this.#deps.hasOutcomes();
    return isIdle ? Promise.resolve() : this.#idleWaiters.wait();
  }

  get #maySend(): boolean {
    if (this.#state !== 'online') return false;
    if (this.#unanswered.size === 0) return true;
    return this.#parts.length === 0 && this.#waiting * 2 >= this.#deps.window;
  }

  #plan(): void {
    if (this.#scheduled || !this.#maySend) return;
    this.#scheduled = true;
    this.#deps.runtime.defer(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (!this.#maySend) return;
    if (this.#parts.length === 0) this.#take();
    const part = this.#parts.shift();
    if (part !== undefined) this.#send(++this.#lastSent, part);
    else if (this.#unanswered.size === 0) this.#idleWaiters.release();
  }

  /** Takes out what the next request has to say. */
  #take(): void {
    const request = ++this.#lastRequest;
    this.#waiting = 0;
    const parts = partsOf(this.#deps.settlements(request));
    if (parts.length === 0) this.#settled(request);
    parts.forEach((settlements, index) => {
      const ends = index === parts.length - 1 ? request : undefined;
      this.#parts.push({ settlements, ends, resent: false });
    });
  }

  #send(sent: number, batch: Batch): void {
    const { server, subscription, leases } = this.#deps;
    this.#unanswered.set(sent, batch);
    const extended = batch.settlements.flatMap(({ token, outcome }) =>
      outcome.kind === 'extend' ? [token] : [],
    );
    const time = leases.now();
    leases.asked();
    server.send('settle', subscription, batch.settlements, (result) => {
      if (this.#state === 'offline') return;
      leases.answered(time);
      if (this.#unanswered.get(sent) !== batch) return;
      if (result.ok || result.error.code === 'lease_lost') leases.extended(extended, time);
      this.#answered(sent, batch, result);
    });
  }

  #answered(sent: number, batch: Batch, result: Result<null>): void {
    if (!result.ok && result.error.retryable) {
      this.#state = 'backing-off';
      this.#backOff.retry(() => this.#resend(() => true), result.error);
      return;
    }
    this.#unanswered.delete(sent);
    if (this.#state === 'online') this.#backOff.reset();
    if (!result.ok) this.#refused(batch, QueueError.fromBody(result.error));
    if (batch.ends !== undefined) this.#settled(batch.ends);
    this.#plan();
  }

  /** Sends what is unanswered once more: each may have taken effect. */
  #resend(isMeant: (settlement: Settlement) => boolean): void {
    this.#state = 'online';
    for (const [sent, batch] of [...this.#unanswered]) {
      const settlements = batch.settlements.filter(isMeant);
      if (settlements.length > 0) this.#send(sent, { ...batch, settlements, resent: true });
      else this.#unanswered.delete(sent);
    }
    this.#plan();
  }

  #settled(request: number): void {
    const batches = [...this.#unanswered.values(), ...this.#parts];
    this.#deps.onSettled(request, (token) =>
      batches.some(({ settlements }) => settlements.some((settlement) => settlement.token === token)),
    );
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
