import { SETTLED, type MessageState } from './message-state.js';

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

/**
 * The next state. A message dies in `fromLeased`: after its last attempt, or rejected by its handler.
 * A pair that means nothing returns the same object: there is nothing to do.
 */
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
      return claimed(state, event.token);
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

const claimed = (state: MessageState & { kind: 'ready' }, token: number): MessageState => {
  const { failures, deliveries, isolated, noPrefetch } = state;
  return { kind: 'leased', token, failures, deliveries: deliveries + 1, isolated, noPrefetch };
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
  failed: { readonly failures: number; readonly deliveries: number },
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
