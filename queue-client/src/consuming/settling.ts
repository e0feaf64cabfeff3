import { QueueError, type Range } from '@typed-queue/contracts';
import type { LostLease, Result, Settlement } from '@typed-queue/contracts/wire';
import { BackOff, retryAfterOf } from '../back-off.js';
import { commonRanges } from './ranges.js';
import type { LeaseClock, Moment } from './lease-clock.js';
import type { Runtime } from '../runtime.js';
import type { Server } from '../connection/server.js';

/** Messages that were no longer held here when the server was told of them. */
export interface Lost extends LostLease {
  /** Of which a handler had said something, in vain. */
  readonly inVain: readonly Range[];
}

export interface SettlingParts {
  readonly subscription: string;
  readonly server: Pick<Server, 'settle'>;
  readonly runtime: Pick<Runtime, 'defer' | 'after' | 'random'>;
  readonly leases: Pick<LeaseClock, 'now' | 'extended'>;
  /** Takes out what is to be told since the last time. */
  readonly settlements: () => readonly Settlement[];
  /** Whether outcomes wait to be told. */
  readonly untold: () => boolean;
  /** The server knows everything that was taken out, if it was anything. */
  readonly onTold: () => void;
  readonly onLost: (lost: readonly Lost[]) => void;
  readonly onError: (error: QueueError) => void;
}

interface Batch {
  readonly settlements: readonly Settlement[];
  /** Its first answer was lost with the connection: it may have taken effect. */
  readonly resent: boolean;
}

/**
 * Tells the server the outcomes of one subscription, one request at a time; what comes meanwhile goes together
 * into the next.
 * - `offline`: not a member. A request without an answer is kept, to be sent again.
 * - `ready`: nothing is asked.
 * - `asking`: a request waits for its answer.
 * - `held`: the server refused one for the moment; it is sent again after a wait.
 */
export class Settling {
  readonly #parts: SettlingParts;
  readonly #backOff: BackOff;
  #state: 'offline' | 'ready' | 'asking' | 'held' = 'offline';
  #batch: Batch | undefined;
  #scheduled = false;
  #whenIdle: (() => void)[] = [];

  constructor(parts: SettlingParts) {
    this.#parts = parts;
    this.#backOff = new BackOff(parts.runtime);
  }

  /** Tells what there is to tell when this turn of the event loop is over. */
  tell(): void {
    if (this.#state !== 'ready' || this.#scheduled) return;
    this.#scheduled = true;
    this.#parts.runtime.defer(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  /**
   * Rejoined with these leases. An unanswered ack is sent again even when its lease is gone: the server does not refuse
   * one that took effect, so its answer tells what was lost.
   */
  online(held: ReadonlySet<number>): void {
    const kept = this.#batch?.settlements.filter(({ token, outcome }) =>
      held.has(token) ? outcome.kind !== 'extend' : outcome.kind === 'ack',
    );
    this.#batch = kept === undefined || kept.length === 0 ? undefined : { settlements: kept, resent: true };
    this.#state = 'ready';
    // Not deferred: the handler of a grant that follows may block.
    if (this.#batch !== undefined) this.#flush();
    else this.tell();
  }

  offline(): void {
    this.#state = 'offline';
    this.#backOff.cancel();
  }

  /** Resolves when the server was told everything. */
  idle(): Promise<void> {
    if (this.#batch === undefined && !this.#parts.untold()) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #flush(): void {
    if (this.#state !== 'ready') return;
    const batch = this.#batch ?? { settlements: this.#parts.settlements(), resent: false };
    if (batch.settlements.length === 0) {
      this.#parts.onTold();
      this.#idled();
      return;
    }
    this.#batch = batch;
    this.#state = 'asking';
    const extension = this.#extensionBy(batch);
    this.#parts.server.settle(this.#parts.subscription, batch.settlements, (result) => {
      if (this.#state !== 'asking' || this.#batch !== batch) return;
      const tookEffect = result.ok || result.error.code === 'lease_lost';
      if (tookEffect && extension !== undefined) this.#parts.leases.extended(...extension);
      this.#answered(batch, result);
    });
  }

  /** The leases that a request extends, and when it is sent. */
  #extensionBy({ settlements }: Batch): [tokens: readonly number[], asked: Moment] | undefined {
    const tokens = settlements.filter(({ outcome }) => outcome.kind === 'extend').map(({ token }) => token);
    return tokens.length === 0 ? undefined : [tokens, this.#parts.leases.now()];
  }

  #answered(batch: Batch, result: Result<null>): void {
    if (!result.ok && result.error.retryable) {
      // It may have taken effect all the same, before it failed.
      this.#batch = { ...batch, resent: true };
      this.#state = 'held';
      this.#backOff.wait(() => {
        this.#state = 'ready';
        this.#flush();
      }, retryAfterOf(result.error));
      return;
    }
    this.#backOff.succeeded();
    this.#batch = undefined;
    this.#state = 'ready';
    if (!result.ok) this.#refused(batch, QueueError.fromBody(result.error));
    this.#parts.onTold();
    this.tell();
  }

  #refused(batch: Batch, error: QueueError): void {
    if (error.code !== 'lease_lost') {
      this.#parts.onError(error);
      return;
    }
    // Safe: the wire says what stands in the details of this code.
    const lost = (error.details.lost ?? []) as readonly LostLease[];
    this.#parts.onLost(lost.map((lease) => ({ ...lease, inVain: inVain(batch, lease) })));
  }

  #idled(): void {
    const waiting = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of waiting) resolve();
  }
}

const inVain = (batch: Batch, { token, ranges }: LostLease): Range[] => {
  const told = batch.settlements.filter(
    ({ token: of, outcome: { kind } }) =>
      // Any other outcome that was sent twice may have taken effect the first time although it is refused now.
      of === token && (batch.resent ? kind === 'ack' : kind !== 'extend' && kind !== 'release'),
  );
  return commonRanges(
    ranges,
    told.flatMap((settlement) => settlement.ranges ?? []),
  );
};
