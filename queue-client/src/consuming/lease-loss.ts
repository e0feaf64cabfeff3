import { QueueError } from '@typed-queue/contracts';
import type { Revocation } from '@typed-queue/contracts/wire';
import type { HandlerScheduler } from './handler-scheduler.js';
import type { GroupEvents } from './group-events.js';
import type { RefusedLease } from './outcome-sender.js';

/** Drops messages whose lease was lost, and reports those whose work was wasted. */
export class LeaseLoss {
  readonly #scheduler: Pick<HandlerScheduler, 'drop' | 'giveBack' | 'lose' | 'extend'>;
  readonly #events: GroupEvents;

  constructor(
    scheduler: Pick<HandlerScheduler, 'drop' | 'giveBack' | 'lose' | 'extend'>,
    events: GroupEvents,
  ) {
    this.#scheduler = scheduler;
    this.#events = events;
  }

  /** The server takes messages back. Only those with a running handler are reported. */
  revoked({ token, ranges }: Pick<Revocation, 'token' | 'ranges'>): void {
    const { running } = this.#scheduler.drop(token, ranges, this.#reason(token));
    this.#events.leaseLost(token, running);
  }

  /** The server refused outcomes or an extension. */
  refused(leases: readonly RefusedLease[]): void {
    for (const { token, ranges, handled } of leases) {
      const { running, waiting } = this.#scheduler.drop(token, ranges, this.#reason(token));
      this.#events.leaseLost(token, handled, running, waiting);
    }
    // The answer says whether the remaining messages are lost as well.
    this.#scheduler.extend();
  }

  /**
   * The lease expired by the client's clocks. Outcomes are still sent: the server may still hold the lease, and then gets
   * back what has none.
   */
  expired(token: number): void {
    const { running, waiting } = this.#scheduler.giveBack(token, this.#reason(token));
    this.#events.leaseLost(token, running, waiting);
  }

  /** After a reconnect: of the leases named in the subscribe request, the server kept these. */
  rejoined(named: readonly number[], kept: ReadonlySet<number>): void {
    for (const token of named) {
      if (!kept.has(token)) this.#events.leaseLost(token, this.#scheduler.lose(token, this.#reason(token)));
    }
  }

  #reason(token: number): QueueError {
    const { queue, group } = this.#events;
    const text = `This member of "${group}" lost the lease of messages of "${queue}": they are delivered again.`;
    return new QueueError('lease_lost', text, { details: { queue, group, token } });
  }
}
