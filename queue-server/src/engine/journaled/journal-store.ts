import type { Journal, JournalOptions } from '../journal/journal.js';

/** What a journal of an engine holds. */
export type JournalId =
  | { readonly kind: 'queue' | 'dead-letters'; readonly queue: string }
  /** The state of all groups, and the second copy of what makes or changes them. */
  | { readonly kind: 'groups' | 'groups-copy' };

/** Where the journals of an engine are. */
export interface JournalStore {
  /** Whether damage to one journal spares another, so that a second copy of the groups helps. */
  readonly keepsCopies: boolean;
  /** From how many bytes of group records on a snapshot replaces them. Default: 8 MiB. */
  readonly snapshotBytes?: number;
  /** Opens a journal, creating it when it is missing. */
  open(id: JournalId, options: JournalOptions): Promise<Journal>;
  /** Whether there is such a journal. */
  has(id: JournalId): Promise<boolean>;
}
