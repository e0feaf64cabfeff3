import type { Range } from '@typed-queue/contracts';
import { rangesOf } from '@typed-queue/contracts/wire';
import type { Lease } from './leases.js';
import type { MessageStates } from './message-states.js';

/**
 * What a crash of a member means for its messages. Those that it may have begun are suspects: they count a failure and
 * become `isolated`. The others count none, and become `noPrefetch`. `candidates` delivers isolated messages one at a time,
 * so that the message that makes handlers crash is found out.
 */
export class Isolation {
  /** By member: how many suspects were counted since its last sign of life. */
  readonly #counted = new Map<string, number>();

  /**
   * The messages under a lease that its member may have begun, no more over all its leases than it runs handlers; none
   * when it ended for no fault of its own.
   */
  suspectsUnder({ token, member, concurrency, excused }: Lease, states: MessageStates): readonly Range[] {
    if (excused) return [];
    const counted = this.#counted.get(member) ?? 0;
    const suspects = states.begunBy(member, concurrency).filter((begun) => begun.token === token);
    return rangesOf(suspects.slice(0, Math.max(0, concurrency - counted)).map(({ seq }) => seq));
  }

  /** Suspects of a member were counted as failures. */
  count(member: string, suspects: number): void {
    this.#counted.set(member, (this.#counted.get(member) ?? 0) + suspects);
  }

  /** The member showed a sign of life, or holds nothing any more. */
  seen(member: string): void {
    this.#counted.delete(member);
  }
}
