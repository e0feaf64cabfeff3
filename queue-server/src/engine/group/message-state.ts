/**
 * The state of one message within one group.
 *
 * ready      Unclaimed: `claimed` leases it.
 * leased     One member holds it under a token. Only that token can end this: `acked` settles it; `failed` counts one
 *            failure and schedules a retry; `rejected` makes it dead; `released` makes it ready, uncounted. When the
 *            lease ended without an outcome: `lost`, if its handler may have begun, counts one failure and isolates it;
 *            otherwise `returned` makes it ready, uncounted and without prefetch.
 * scheduled  It failed and waits out its back-off: `due` makes it ready.
 * blocked    Its ordering key is leased to another member: `unblocked` makes it ready.
 * dead       Given up by its handler, or after its last attempt. It is never claimed again; `dead-lettered`, when its
 *            copy is stored among the dead letters, settles it.
 * settled    Final.
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

export type MessageEvent =
  | { readonly kind: 'claimed'; readonly token: number }
  | { readonly kind: 'acked' }
  | { readonly kind: 'released' }
  /** Failed: `delayMs` from the number of failures, this one included. */
  | {
      readonly kind: 'failed';
      readonly now: number;
      readonly delayMs: (failures: number) => number;
      readonly maxAttempts: number;
    }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'lost'; readonly maxAttempts: number }
  | { readonly kind: 'returned' }
  | { readonly kind: 'due'; readonly now: number }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'unblocked' }
  | { readonly kind: 'dead-lettered' }
  | { readonly kind: 'skipped' };

export const READY: MessageState = Object.freeze({
  kind: 'ready',
  failures: 0,
  deliveries: 0,
  isolated: false,
});
export const SETTLED: MessageState & { kind: 'settled' } = Object.freeze({ kind: 'settled' });

/** The next state. A pair that means nothing returns the same object: there is nothing to do. */
export const transition = (state: MessageState, event: MessageEvent): MessageState => {
  switch (state.kind) {
    case 'ready':
      return fromReady(state, event);
    case 'leased':
      return fromLeased(state, event);
    case 'scheduled':
      return fromScheduled(state, event);
    case 'blocked':
      return fromBlocked(state, event);
    case 'dead':
      return event.kind === 'dead-lettered' ? SETTLED : state;
    case 'settled':
      return state;
    default:
      return state satisfies never;
  }
};

const fromReady = (state: MessageState & { kind: 'ready' }, event: MessageEvent): MessageState => {
  switch (event.kind) {
    case 'claimed':
      return { ...state, kind: 'leased', token: event.token, deliveries: state.deliveries + 1 };
    case 'blocked':
      return { ...state, kind: 'blocked' };
    case 'skipped':
      return SETTLED;
    case 'acked':
    case 'released':
    case 'failed':
    case 'rejected':
    case 'lost':
    case 'returned':
    case 'due':
    case 'unblocked':
    case 'dead-lettered':
      return state;
    default:
      return event satisfies never;
  }
};

const fromLeased = (state: MessageState & { kind: 'leased' }, event: MessageEvent): MessageState => {
  const { failures, deliveries, isolated, noPrefetch } = state;
  const failed = { failures: failures + 1, deliveries };
  switch (event.kind) {
    case 'acked':
      return SETTLED;
    case 'released':
      return { kind: 'ready', failures, deliveries, isolated, noPrefetch };
    case 'returned':
      return { kind: 'ready', failures, deliveries, isolated, noPrefetch: true };
    case 'failed':
      if (failed.failures >= event.maxAttempts) return { kind: 'dead', ...failed, isolated };
      return scheduled(event.now, event.delayMs(failed.failures), failed);
    case 'lost':
      return { kind: failed.failures >= event.maxAttempts ? 'dead' : 'ready', ...failed, isolated: true };
    case 'rejected':
      return { kind: 'dead', ...failed, isolated };
    case 'blocked':
      return { kind: 'blocked', failures, deliveries, isolated, noPrefetch };
    case 'claimed':
    case 'due':
    case 'unblocked':
    case 'dead-lettered':
    case 'skipped':
      return state;
    default:
      return event satisfies never;
  }
};

const scheduled = (
  now: number,
  delayMs: number,
  failed: Pick<Counters, 'failures' | 'deliveries'>,
): MessageState => ({
  kind: 'scheduled',
  dueAt: now + delayMs,
  delayMs,
  ...failed,
  isolated: false,
});

const fromScheduled = (state: MessageState & { kind: 'scheduled' }, event: MessageEvent): MessageState => {
  if (event.kind === 'skipped') return SETTLED;
  const { failures, deliveries, isolated, noPrefetch, dueAt } = state;
  if (event.kind !== 'due' || dueAt > event.now) return state;
  return { kind: 'ready', failures, deliveries, isolated, noPrefetch };
};

const fromBlocked = (state: MessageState & { kind: 'blocked' }, event: MessageEvent): MessageState => {
  if (event.kind === 'skipped') return SETTLED;
  return event.kind === 'unblocked' ? { ...state, kind: 'ready' } : state;
};

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
export const afterRestart = (state: MessageState): Exclude<MessageState, { kind: 'leased' | 'blocked' }> => {
  if (state.kind !== 'leased' && state.kind !== 'blocked') return state;
  const { failures, deliveries, isolated, noPrefetch } = state;
  return { kind: 'ready', failures, deliveries, isolated, noPrefetch };
};
