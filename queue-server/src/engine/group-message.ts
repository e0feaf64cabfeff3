/** What a group made of a message. */
export type GroupMessage =
  /** Acked, skipped, or dead-lettered and its letter stored. */
  | { readonly kind: 'settled' }
  /** It waits for a member. */
  | ({ readonly kind: 'ready' } & Pending)
  | ({ readonly kind: 'blocked'; readonly by: 'ordering-key' | 'event' } & Pending)
  | ({ readonly kind: 'leased'; readonly token: number; readonly member: string } & Pending)
  /** `dueAt`: by the wall clock. */
  | ({ readonly kind: 'scheduled'; readonly dueAt: number } & Pending)
  /** Its dead letter is not stored yet. */
  | { readonly kind: 'dead' };

interface Pending {
  /** The present attempt, or the next. */
  readonly attempt: number;
  /** It was redriven: its dead letter supplies it where the log has lost it. */
  readonly redriven: boolean;
}
