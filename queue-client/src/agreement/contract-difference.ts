import type { EventDifference } from '@typed-queue/contracts/compatibility';

export type { EventDifference };

/** How a queue differs between this client's contract and the server's. */
export interface ContractDifference<Q extends string = string> {
  readonly queue: Q;
  readonly events: readonly EventDifference[];
  /** Whether the server accepts what this client cannot read, of an event that both have. */
  readonly clash: boolean;
  /** One line for a log. */
  readonly summary: string;
}
