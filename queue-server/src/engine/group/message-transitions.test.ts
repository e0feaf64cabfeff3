import { describe, expect, it } from '@jest/globals';
import {
  afterRestart,
  attemptOf,
  isReady,
  READY,
  sameState,
  SETTLED,
  type MessageState,
} from './message-state.js';
import { transition, type MessageEvent } from './message-transitions.js';

const ready: MessageState = { kind: 'ready', failures: 1, deliveries: 2, isolated: false };
const leased: MessageState = { kind: 'leased', token: 7, failures: 1, deliveries: 2, isolated: false };
const lastAttempt: MessageState = { kind: 'leased', token: 7, failures: 2, deliveries: 2, isolated: true };
const blockedOne: MessageState = { kind: 'blocked', failures: 1, deliveries: 2, isolated: false };
const dead: MessageState = { kind: 'dead', failures: 3, deliveries: 2, isolated: false };
const scheduled: MessageState = {
  kind: 'scheduled',
  dueAt: 100,
  failures: 1,
  deliveries: 2,
  isolated: false,
};

const claimed: MessageEvent = { kind: 'claimed', token: 7 };
const failed: MessageEvent = {
  kind: 'failed',
  now: 100,
  delayMs: (failures) => 1_000 * failures,
  maxAttempts: 3,
};
const lost: MessageEvent = { kind: 'lost', maxAttempts: 3 };
const due: MessageEvent = { kind: 'due', now: 100 };
const early: MessageEvent = { kind: 'due', now: 99 };
const acked: MessageEvent = { kind: 'acked' };
const released: MessageEvent = { kind: 'released' };
const rejected: MessageEvent = { kind: 'rejected' };
const blocked: MessageEvent = { kind: 'blocked' };
const unblocked: MessageEvent = { kind: 'unblocked' };
const deadLettered: MessageEvent = { kind: 'dead-lettered' };
const skipped: MessageEvent = { kind: 'skipped' };

describe('the state of a message', () => {
  it.each<[MessageState, MessageEvent, MessageState]>([
    [ready, claimed, { kind: 'leased', token: 7, failures: 1, deliveries: 3, isolated: false }],
    [ready, skipped, SETTLED],
    [leased, acked, SETTLED],
    [leased, released, { kind: 'ready', failures: 1, deliveries: 2, isolated: false }],
    [
      leased,
      failed,
      { kind: 'scheduled', dueAt: 2_100, delayMs: 2_000, failures: 2, deliveries: 2, isolated: false },
    ],
    [leased, lost, { kind: 'ready', failures: 2, deliveries: 2, isolated: true }],
    [leased, rejected, { kind: 'dead', failures: 2, deliveries: 2, isolated: false }],
    [leased, blocked, { kind: 'blocked', failures: 1, deliveries: 2, isolated: false }],
    [ready, blocked, { kind: 'blocked', failures: 1, deliveries: 2, isolated: false }],
    [blockedOne, unblocked, ready],
    [blockedOne, skipped, SETTLED],
    [dead, deadLettered, SETTLED],
    [lastAttempt, failed, { kind: 'dead', failures: 3, deliveries: 2, isolated: true }],
    [lastAttempt, lost, { kind: 'dead', failures: 3, deliveries: 2, isolated: true }],
    [scheduled, due, { kind: 'ready', failures: 1, deliveries: 2, isolated: false }],
    [scheduled, skipped, SETTLED],
  ])('%j, when it is %j, becomes %j', (state, event, next) => {
    expect(transition(state, event)).toEqual(next);
  });

  it.each<[MessageState, readonly MessageEvent[]]>([
    [ready, [acked, released, rejected, failed, lost, due, unblocked, deadLettered]],
    [leased, [claimed, due, unblocked, deadLettered, skipped]],
    [scheduled, [claimed, acked, released, rejected, failed, lost, early, blocked, unblocked, deadLettered]],
    [blockedOne, [claimed, acked, released, rejected, failed, lost, due, blocked, deadLettered]],
    [dead, [claimed, acked, released, rejected, failed, lost, due, blocked, unblocked, skipped]],
    [
      SETTLED,
      [claimed, acked, released, rejected, failed, lost, due, blocked, unblocked, deadLettered, skipped],
    ],
  ])('%j stays the same object on every other event', (state, events) => {
    for (const event of events) {
      expect(transition(state, event)).toBe(state);
    }
  });

  it('has the attempt after its failures', () => {
    expect([READY, leased, scheduled, SETTLED].map(attemptOf)).toEqual([1, 2, 2, 1]);
  });

  it('is ready when it is neither leased nor waiting', () => {
    expect([ready, leased, scheduled, SETTLED].map((state) => isReady(state, 100))).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(isReady(scheduled, 99)).toBe(false);
  });

  it('is ready after a restart when it was leased or blocked, else unchanged', () => {
    expect([leased, blockedOne].map(afterRestart)).toEqual([ready, ready]);
    for (const state of [ready, scheduled, dead, SETTLED]) {
      expect(afterRestart(state)).toBe(state);
    }
  });

  it('equals another when every field does', () => {
    const all: MessageState[] = [
      ready,
      { ...ready, deliveries: 3 },
      { ...ready, failures: 2 },
      { ...ready, isolated: true },
      blockedOne,
      dead,
      leased,
      { ...leased, token: 8 },
      scheduled,
      { ...scheduled, dueAt: 101 },
      { ...scheduled, delayMs: 101 },
      SETTLED,
    ];
    all.forEach((one, row) => {
      all.forEach((other, column) => {
        expect(sameState(one, { ...other })).toBe(row === column);
      });
    });
  });
});
