import { describe, expect, it } from '@jest/globals';
import { textOf } from './json.fixture.js';
import { transition, waiting, type CallEvent, type CallResult, type CallState } from './call-state.js';

const value: CallResult = { kind: 'output', output: textOf(7) };
const failure: CallResult = { kind: 'failure', failure: { code: 'sold_out', data: 1 }, reason: 'none' };

/** The states that events lead to, one after the other. */
const after = (...events: readonly CallEvent[]): CallState => events.reduce(transition, waiting());
const handedOut: CallEvent = { kind: 'handed-out', responder: 'a' };
const replied = (result: CallResult, retryAt?: number): CallEvent => ({
  kind: 'replied',
  responder: 'a',
  result,
  retryAt,
});
const lost = (idempotent: boolean): CallEvent => ({ kind: 'lost', responder: 'a', idempotent });

describe('a call', () => {
  it('ends with the reply of the responder that has it', () => {
    expect(after(handedOut, replied(value))).toEqual({ kind: 'ended', result: value });
  });

  it('ends with a failure that is not retried', () => {
    expect(after(handedOut, replied(failure))).toEqual({ kind: 'ended', result: failure });
  });

  it('waits out its back-off after a failure that is retried, then for a responder', () => {
    const backingOff = after(handedOut, replied(failure, 50));
    expect(backingOff).toEqual({ kind: 'backing-off', attempt: 2, dueAt: 50, last: failure });
    expect(transition(backingOff, { kind: 'due', now: 49 })).toBe(backingOff);
    expect(transition(backingOff, { kind: 'due', now: 50 })).toEqual({ kind: 'waiting', attempt: 2 });
  });

  it('is made again when its responder is lost, if it is idempotent', () => {
    expect(after(handedOut, lost(true))).toEqual({ kind: 'waiting', attempt: 2 });
  });

  it.each<[string, string, readonly CallEvent[]]>([
    ['its responder is lost, and it is not idempotent', 'outcome_unknown', [handedOut, lost(false)]],
    ['its caller cancels while it waits', 'aborted', [{ kind: 'cancelled' }]],
    ['its caller cancels while it runs', 'aborted', [handedOut, { kind: 'cancelled' }]],
    [
      'its caller cancels during a back-off',
      'aborted',
      [handedOut, replied(failure, 50), { kind: 'cancelled' }],
    ],
    ['its time is over while it waits', 'deadline_exceeded', [{ kind: 'expired' }]],
    ['its time is over while it runs', 'deadline_exceeded', [handedOut, { kind: 'expired' }]],
    ['nobody answers it', 'no_responder', [{ kind: 'unanswerable' }]],
    ['the server shuts down while it waits', 'draining', [{ kind: 'drained' }]],
  ])('ends when %s: %s', (_when, code, events) => {
    expect(after(...events)).toMatchObject({ kind: 'ended', result: { kind: 'error', error: { code } } });
  });

  it('ends with its last failure when its time is over during a back-off', () => {
    expect(after(handedOut, replied(failure, 50), { kind: 'expired' })).toEqual({
      kind: 'ended',
      result: failure,
    });
  });
});

describe('nothing changes', () => {
  it.each<[string, readonly CallEvent[], CallEvent]>([
    ['by the reply of a responder that lost the call', [handedOut, lost(true)], replied(value)],
    ['by the loss of a responder that has replied', [handedOut, replied(failure, 50)], lost(true)],
    ['by a second hand-out', [handedOut], { kind: 'handed-out', responder: 'b' }],
    ['when nobody else answers a running call', [handedOut], { kind: 'unanswerable' }],
    ['for a running call when the server shuts down', [handedOut], { kind: 'drained' }],
    ['after the end', [handedOut, replied(value)], { kind: 'cancelled' }],
  ])('%s', (_by, events, event) => {
    const state = after(...events);
    expect(transition(state, event)).toBe(state);
  });
});
