import { QueueError, type Range } from '@typed-queue/contracts';
import type { Revocation } from '@typed-queue/contracts/wire';
import type { GroupEvents } from './group-events.js';
import type { Lost } from './settling.js';
import type { Work } from './work.js';

const EVERYTHING: readonly Range[] = [[0, Number.MAX_SAFE_INTEGER]];

/** Takes out of the hand what the server no longer has as held here, and says which work was in vain. */
export class Losses {
  readonly #work: Pick<Work, 'drop' | 'lose' | 'extend'>;
  readonly #events: GroupEvents;

  constructor(work: Pick<Work, 'drop' | 'lose' | 'extend'>, events: GroupEvents) {
    this.#work = work;
    this.#events = events;
  }

  /** The server takes messages back. Those that no handler has begun are missed by nobody. */
  revoked({ token, ranges }: Pick<Revocation, 'token' | 'ranges'>): void {
    const { begun } = this.#work.drop(token, ranges, this.#reason(token));
    this.#events.leaseLost(token, begun);
  }

  /** The server refused outcomes or an extension. */
  refused(leases: readonly Lost[]): void {
    for (const { token, ranges, inVain } of leases) {
      const { begun, waiting } = this.#work.drop(token, ranges, this.#reason(token));
      this.#events.leaseLost(token, inVain, begun, waiting);
    }
    // Asks for the rest: it may be lost as well.
    this.#work.extend();
  }

  /** The lease expired by the client's clocks. Pending outcomes are still sent: the server may still hold the lease. */
  ended(token: number): void {
    const { begun, waiting } = this.#work.drop(token, EVERYTHING, this.#reason(token));
    this.#events.leaseLost(token, begun, waiting);
  }

  /** On a connection anew: of the leases that were asked for, these hold. */
  kept(asked: readonly number[], held: ReadonlySet<number>): void {
    for (const token of asked) {
      if (!held.has(token)) this.#events.leaseLost(token, this.#work.lose(token, this.#reason(token)));
    }
  }

  #reason(token: number): QueueError {
    const { queue, group } = this.#events;
    const text = `Messages of "${queue}" were taken back from this member of "${group}": they go out again.`;
    return new QueueError('lease_lost', text, { details: { queue, group, token } });
  }
}
