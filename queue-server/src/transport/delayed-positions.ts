import type { ClientRate } from '../access/client-rate.js';
import type { After } from '@typed-queue/contracts/wire';
import type { TailSubscription } from './tail-subscription.js';

/**
 * Applies the positions that the client of one connection reports. While its principal is ahead of its rate, the newest
 * position of each tail is delayed: the window of the tail then slows it down.
 */
export class DelayedPositions {
  readonly #rate: Pick<ClientRate, 'positionWaitMs'>;
  readonly #after: After;
  readonly #delayed = new Map<Pick<TailSubscription, 'position'>, number>();
  #cancel: (() => void) | undefined;

  constructor(rate: Pick<ClientRate, 'positionWaitMs'>, after: After) {
    this.#rate = rate;
    this.#after = after;
  }

  /** A position that was charged. */
  report(tail: Pick<TailSubscription, 'position'>, next: number): void {
    this.#delayed.set(tail, next);
    if (this.#cancel === undefined) this.#applyOrWait();
  }

  /** A tail has ended. */
  forget(tail: Pick<TailSubscription, 'position'>): void {
    this.#delayed.delete(tail);
  }

  /** The connection is closed. */
  close(): void {
    this.#cancel?.();
    this.#delayed.clear();
  }

  #applyOrWait(): void {
    const waitMs = this.#rate.positionWaitMs;
    if (waitMs > 0) {
      this.#cancel = this.#after(waitMs, () => {
        this.#cancel = undefined;
        this.#applyOrWait();
      });
      return;
    }
    for (const [tail, next] of this.#delayed) tail.position(next);
    this.#delayed.clear();
  }
}
