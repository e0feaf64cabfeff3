/**
 * The unit of one queue, as this server runs it.
 *
 * absent    -> starting when this server should have it.
 * starting  -> running when it started; -> cancelled when this server should not have it any longer;
 *           -> resting when it failed.
 * cancelled its start was aborted; -> absent when that has ended, -> closing when it started nevertheless.
 * running   -> closing when this server should not have it any longer, or the unit is lost.
 * closing   -> absent when it closed; -> resting when it was lost.
 * resting   it failed some times in a row; -> starting when its time has come, -> absent when it is not wanted any longer.
 */
export type UnitState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'starting'; readonly failures: number }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'running' }
  | { readonly kind: 'closing'; readonly failures: number }
  | { readonly kind: 'resting'; readonly failures: number };

export type UnitEvent =
  | { readonly kind: 'wanted' }
  | { readonly kind: 'unwanted' }
  /** What was starting runs. */
  | { readonly kind: 'started' }
  /** What was starting failed, or what ran is lost. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'closed' }
  /** Has rested. */
  | { readonly kind: 'due' };

export const ABSENT: UnitState = { kind: 'absent' };

/** What does not fit a state changes nothing: the same state is returned. */
export const unitStateAfter = (state: UnitState, event: UnitEvent): UnitState => {
  switch (state.kind) {
    case 'absent':
      return event.kind === 'wanted' ? { kind: 'starting', failures: 0 } : state;
    case 'starting':
      return whenStarting(state, event);
    case 'cancelled':
      if (event.kind === 'started') return { kind: 'closing', failures: 0 };
      return event.kind === 'failed' ? ABSENT : state;
    case 'running':
      return whenRunning(state, event);
    case 'closing':
      if (event.kind !== 'closed') return state;
      return state.failures === 0 ? ABSENT : { kind: 'resting', failures: state.failures };
    case 'resting':
      if (event.kind === 'unwanted') return ABSENT;
      return event.kind === 'due' ? { kind: 'starting', failures: state.failures } : state;
  }
};

const whenRunning = (state: UnitState, { kind }: UnitEvent): UnitState => {
  if (kind === 'unwanted') return { kind: 'closing', failures: 0 };
  return kind === 'failed' ? { kind: 'closing', failures: 1 } : state;
};

const whenStarting = (
  state: Extract<UnitState, { readonly kind: 'starting' }>,
  event: UnitEvent,
): UnitState => {
  switch (event.kind) {
    case 'started':
      return { kind: 'running' };
    case 'failed':
      return { kind: 'resting', failures: state.failures + 1 };
    case 'unwanted':
      return { kind: 'cancelled' };
    case 'wanted':
    case 'closed':
    case 'due':
      return state;
  }
};
