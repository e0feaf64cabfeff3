import type { Range } from '@typed-queue/contracts';

/** Messages that a member holds until a deadline (ms of the steady clock), unless it is extended. */
export interface Lease {
  readonly token: number;
  readonly member: string;
  readonly deadline: number;
  /** Its messages that are not settled. */
  readonly unsettled: number;
  /** How many handlers its member runs at once; Infinity when unknown. */
  readonly concurrency: number;
  /** Contains all messages that it ever had. */
  readonly span: Range;
  /** It has an isolated message: the member gets no other one. */
  readonly isolated: boolean;
  /** Its member was cut off for no fault of its own, or was not sent its messages: when it ends, nothing counts a failure. */
  readonly excused?: boolean | undefined;
  /** It has messages without prefetch: the member holds no more than it can begin. */
  readonly noPrefetch: boolean;
}

/** Whose a lease is. */
export type LeaseHolder = Pick<Lease, 'token' | 'member' | 'concurrency'>;

/** The leases of a group by token. A lease without messages is over. */
export class Leases {
  readonly #byToken = new Map<number, Lease>();

  all(): readonly Lease[] {
    return [...this.#byToken.values()];
  }

  /** Those of a member, the oldest first. */
  of(member: string): readonly Lease[] {
    return this.all().filter((lease) => lease.member === member);
  }

  /** The lease, when this member holds it. */
  find(token: number, member: string): Lease | undefined {
    const lease = this.#byToken.get(token);
    return lease?.member === member ? lease : undefined;
  }

  /** The holder; empty when there is none. */
  memberOf(token: number): string {
    return this.#byToken.get(token)?.member ?? '';
  }

  add(lease: Lease): void {
    this.#byToken.set(lease.token, lease);
  }

  extend(token: number, deadline: number): void {
    const lease = this.#byToken.get(token);
    if (lease !== undefined) this.add({ ...lease, deadline, excused: false });
  }

  /** Those that would end before a time end then, and count no failure. */
  postpone(until: number): void {
    for (const lease of this.#byToken.values()) {
      if (lease.deadline < until) this.add({ ...lease, deadline: until, excused: true });
    }
  }

  /** The member's leases end at a time, unless they end before. */
  shorten(member: string, until: number, excused: boolean): void {
    for (const lease of this.#byToken.values()) {
      if (lease.member === member) this.add({ ...lease, deadline: Math.min(lease.deadline, until), excused });
    }
  }

  /** Removes messages from the lease. */
  release(token: number, messages: number): void {
    const lease = this.#byToken.get(token);
    if (lease === undefined) return;
    if (lease.unsettled > messages) this.add({ ...lease, unsettled: lease.unsettled - messages });
    else this.#byToken.delete(token);
  }
}
