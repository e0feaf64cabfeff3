import type { Rule, Verdict } from '@typed-queue/contracts/compatibility';

/** An event whose schema differs between this client's contract and the server's. */
export interface EventDifference {
  readonly event: string;
  /**
   * What this client can do with the event. `readable`: read what the server accepts, tolerating fields that its schema
   * does not name, or by an upcast. `writable`: publish what its schema allows. `both`, `neither`, or `unknown`: JSON
   * Schema cannot say. An event that only the server has is `writable`, one that only this client has `readable`.
   */
  readonly verdict: Verdict;
  /** JSON pointer into the schemas: the first difference that matters. */
  readonly pointer?: string;
  readonly rule?: Rule;
}

/** How a queue differs between this client's contract and the server's. */
export interface ContractDifference<Q extends string = string> {
  readonly queue: Q;
  readonly events: readonly EventDifference[];
  /** Whether the server accepts what this client cannot read, of an event that both have. */
  readonly clash: boolean;
  /** One line for a log. */
  readonly summary: string;
}
