import type { Run } from '../group/delivery-runs.js';

/** A group as it is written down: leases are not, since a restart ends them all. */
export interface StoredGroup {
  readonly queue: string;
  readonly group: string;
  /** Of the queue's log that the seqs are meant for. */
  readonly epoch: string;
  readonly floor: number;
  readonly runs: readonly Run[];
}

/** What is written down of groups, as JSON. They are what these records make, one after the other. */
export type OutcomeRecord =
  /** A server started: its tokens are above those of all starts before. */
  | { readonly kind: 'start'; readonly boot: number }
  | ({ readonly kind: 'group' } & StoredGroup)
  | {
      readonly kind: 'changes';
      readonly queue: string;
      readonly group: string;
      readonly runs: readonly Run[];
    }
  /** Everything at once, so that all records before it can go. */
  | { readonly kind: 'snapshot'; readonly boot: number; readonly groups: readonly StoredGroup[] };
