import type { Range } from '@typed-queue/contracts';

/** Who holds messages, and until when unless the lease is extended (ms since 1970). */
export interface Lease {
  readonly token: number;
  readonly member: string;
  readonly deadline: number;
  /** How many messages stand under it. */
  readonly unsettled: number;
  /** How many messages its member may have begun at once; Infinity when the member told nothing. */
  readonly concurrency: number;
  /** All that was ever under it is within. */
  readonly span: Range;
  /** Under it stands a suspect: the member gets no other one. */
  readonly alone: boolean;
  /** Under it stand messages that went out without prefetch: the member holds no more than it can begin. */
  readonly noPrefetch: boolean;
}

/** The leases of a group by token. A lease under which nothing stands any more is over. */
export class Leases {
  readonly #byToken = new Map<number, Lease>();

  all(): readonly Lease[] {
    return [...this.#byToken.values()];
  }

  /** Those of a member, in the order in which they were given. */
  of(member: string): readonly Lease[] {
    return this.all().filter((lease) => lease.member === member);
  }

  /** The lease, when this member holds it. */
  held(token: number, member: string): Lease | undefined {
    const lease = this.#byToken.get(token);
    return lease?.member === member ? lease : undefined;
  }

  /** Who holds it; empty when nobody does. */
  memberOf(token: number): string {
    return this.#byToken.get(token)?.member ?? '';
  }

  add(lease: Lease): void {
    this.#byToken.set(lease.token, lease);
  }

  extend(token: number, deadline: number): void {
    const lease = this.#byToken.get(token);
    if (lease !== undefined) this.add({ ...lease, deadline });
  }

  /** The member's leases end at a time, unless they end before. */
  shorten(member: string, until: number): void {
    for (const lease of this.#byToken.values()) {
      if (lease.member === member) this.add({ ...lease, deadline: Math.min(lease.deadline, until) });
    }
  }

  /** So many messages no longer stand under the lease. */
  take(token: number, messages: number): void {
    const lease = this.#byToken.get(token);
    if (lease === undefined) return;
    if (lease.unsettled > messages) this.add({ ...lease, unsettled: lease.unsettled - messages });
    else this.#byToken.delete(token);
  }
}
