/**
 * The state of one message within one group. The transitions are in `message-transitions.ts`.
 *
 * ready      Unclaimed: `claimed` leases it.
 * leased     One member holds it under a token. Only that token can end this: `acked` settles it; `failed` counts one
 *            failure and schedules a retry; `rejected` makes it dead; `released` makes it ready, uncounted. When the
 *            lease ended without an outcome: `lost`, if its handler may have begun, counts one failure and isolates it;
 *            otherwise `returned` makes it ready, uncounted and without prefetch.
 * scheduled  It failed and waits out its back-off: `due` makes it ready.
 * blocked    It waits for an earlier message of its ordering key, or for a member that knows its event: `unblocked` makes
 *            it ready.
 * dead       Given up by its handler, or after its last attempt. It is never claimed again; `dead-lettered`, when its
 *            copy is stored among the dead letters, settles it.
 * settled    Final: acked, skipped, or its dead letter is stored. (A settle request also retries and releases.)
 *
 * Messages that the log has lost, and those that the group does not want, are `skipped`: settled unless leased.
 *
 * Failures and deliveries are counted separately: a shutdown, which releases, costs no attempt.
 */
export type MessageState =
  | ({ readonly kind: 'ready' } & Counters)
  | ({ readonly kind: 'leased'; readonly token: number } & Counters)
  /** `delayMs`: its whole back-off, which earlier versions did not store. */
  | ({ readonly kind: 'scheduled'; readonly dueAt: number; readonly delayMs?: number } & Counters)
  | ({ readonly kind: 'blocked' } & Counters)
  | ({ readonly kind: 'dead' } & Counters)
  | { readonly kind: 'settled' };

interface Counters {
  readonly failures: number;
  readonly deliveries: number;
  /** Its handler may have run when its holder was lost. A member holds one such message at a time. */
  readonly isolated: boolean;
  /** Its holder was lost, probably before a handler began it: only a member with a free handler may claim it. */
  readonly noPrefetch?: true | undefined;
}

export const READY: MessageState = Object.freeze({
  kind: 'ready',
  failures: 0,
  deliveries: 0,
  isolated: false,
});
export const SETTLED: MessageState & { kind: 'settled' } = Object.freeze({ kind: 'settled' });

export const sameState = (one: MessageState, other: MessageState): boolean => {
  if (one === other) return true;
  if (one.kind !== other.kind) return false;
  if (one.kind === 'settled' || other.kind === 'settled') return true;
  return (
    one.failures === other.failures &&
    one.deliveries === other.deliveries &&
    one.isolated === other.isolated &&
    one.noPrefetch === other.noPrefetch &&
    (one.kind !== 'leased' || other.kind !== 'leased' || one.token === other.token) &&
    (one.kind !== 'scheduled' ||
      other.kind !== 'scheduled' ||
      (one.dueAt === other.dueAt && one.delayMs === other.delayMs))
  );
};

/** The number of the next or present attempt: 1 when it never failed. */
export const attemptOf = (state: MessageState): number => (state.kind === 'settled' ? 1 : state.failures + 1);

export const isReady = (
  state: MessageState,
  now: number,
): state is MessageState & { kind: 'ready' | 'scheduled' } =>
  state.kind === 'ready' || (state.kind === 'scheduled' && state.dueAt <= now);

/** After a restart: leases ended with their server, uncounted, and keys are distributed again. */
export const afterRestart = (state: MessageState): Exclude<MessageState, { kind: 'leased' | 'blocked' }> =>
  state.kind === 'leased' || state.kind === 'blocked' ? asReady(state) : state;

/** After a restart that leases outlive: keys that nobody holds are distributed again. */
export const afterTakeover = (state: MessageState): Exclude<MessageState, { kind: 'blocked' }> =>
  state.kind === 'blocked' ? asReady(state) : state;

const asReady = ({
  failures,
  deliveries,
  isolated,
  noPrefetch,
}: Counters): MessageState & { kind: 'ready' } => ({
  kind: 'ready',
  failures,
  deliveries,
  isolated,
  noPrefetch,
});
