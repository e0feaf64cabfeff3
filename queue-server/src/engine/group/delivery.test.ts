import { describe, expect, it } from '@jest/globals';
import {
  afterRestart,
  attemptOf,
  isReady,
  READY,
  sameDelivery,
  SETTLED,
  transition,
  type Delivery,
  type DeliveryEvent,
} from './delivery.js';

const ready: Delivery = { kind: 'ready', failures: 1, handouts: 2, alone: false };
const leased: Delivery = { kind: 'leased', token: 7, failures: 1, handouts: 2, alone: false };
const lastAttempt: Delivery = { kind: 'leased', token: 7, failures: 2, handouts: 2, alone: true };
const blockedOne: Delivery = { kind: 'blocked', failures: 1, handouts: 2, alone: false };
const condemned: Delivery = { kind: 'condemned', failures: 3, handouts: 2, alone: false };
const scheduled: Delivery = { kind: 'scheduled', dueAt: 100, failures: 1, handouts: 2, alone: false };

const claimed: DeliveryEvent = { kind: 'claimed', token: 7 };
const failed: DeliveryEvent = {
  kind: 'failed',
  now: 100,
  delayMs: (failures) => 1_000 * failures,
  maxAttempts: 3,
};
const lost: DeliveryEvent = { kind: 'lost', maxAttempts: 3 };
const due: DeliveryEvent = { kind: 'due', now: 100 };
const early: DeliveryEvent = { kind: 'due', now: 99 };
const acked: DeliveryEvent = { kind: 'acked' };
const released: DeliveryEvent = { kind: 'released' };
const rejected: DeliveryEvent = { kind: 'rejected' };
const blocked: DeliveryEvent = { kind: 'blocked' };
const unblocked: DeliveryEvent = { kind: 'unblocked' };
const buried: DeliveryEvent = { kind: 'buried' };
const skipped: DeliveryEvent = { kind: 'skipped' };

describe('the state of a delivery', () => {
  it.each<[Delivery, DeliveryEvent, Delivery]>([
    [ready, claimed, { kind: 'leased', token: 7, failures: 1, handouts: 3, alone: false }],
    [ready, skipped, SETTLED],
    [leased, acked, SETTLED],
    [leased, released, { kind: 'ready', failures: 1, handouts: 2, alone: false }],
    [
      leased,
      failed,
      { kind: 'scheduled', dueAt: 2_100, delayMs: 2_000, failures: 2, handouts: 2, alone: false },
    ],
    [leased, lost, { kind: 'ready', failures: 2, handouts: 2, alone: true }],
    [leased, rejected, { kind: 'condemned', failures: 2, handouts: 2, alone: false }],
    [leased, blocked, { kind: 'blocked', failures: 1, handouts: 2, alone: false }],
    [ready, blocked, { kind: 'blocked', failures: 1, handouts: 2, alone: false }],
    [blockedOne, unblocked, ready],
    [blockedOne, skipped, SETTLED],
    [condemned, buried, SETTLED],
    [lastAttempt, failed, { kind: 'condemned', failures: 3, handouts: 2, alone: true }],
    [lastAttempt, lost, { kind: 'condemned', failures: 3, handouts: 2, alone: true }],
    [scheduled, due, { kind: 'ready', failures: 1, handouts: 2, alone: false }],
    [scheduled, skipped, SETTLED],
  ])('%j, when it is %j, becomes %j', (delivery, event, next) => {
    expect(transition(delivery, event)).toEqual(next);
  });

  it.each<[Delivery, readonly DeliveryEvent[]]>([
    [ready, [acked, released, rejected, failed, lost, due, unblocked, buried]],
    [leased, [claimed, due, unblocked, buried, skipped]],
    [scheduled, [claimed, acked, released, rejected, failed, lost, early, blocked, unblocked, buried]],
    [blockedOne, [claimed, acked, released, rejected, failed, lost, due, blocked, buried]],
    [condemned, [claimed, acked, released, rejected, failed, lost, due, blocked, unblocked, skipped]],
    [SETTLED, [claimed, acked, released, rejected, failed, lost, due, blocked, unblocked, buried, skipped]],
  ])('%j stays the same object on every other event', (delivery, events) => {
    for (const event of events) {
      expect(transition(delivery, event)).toBe(delivery);
    }
  });

  it('is at the attempt after its failures', () => {
    expect([READY, leased, scheduled, SETTLED].map(attemptOf)).toEqual([1, 2, 2, 1]);
  });

  it('is ready when nobody holds it and it waits for nothing', () => {
    expect([ready, leased, scheduled, SETTLED].map((delivery) => isReady(delivery, 100))).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(isReady(scheduled, 99)).toBe(false);
  });

  it('is ready after a restart when it was held or waited for its key, and else as it was', () => {
    expect([leased, blockedOne].map(afterRestart)).toEqual([ready, ready]);
    for (const delivery of [ready, scheduled, condemned, SETTLED]) {
      expect(afterRestart(delivery)).toBe(delivery);
    }
  });

  it('is the same as another when every field is', () => {
    const all: Delivery[] = [
      ready,
      { ...ready, handouts: 3 },
      { ...ready, failures: 2 },
      { ...ready, alone: true },
      blockedOne,
      condemned,
      leased,
      { ...leased, token: 8 },
      scheduled,
      { ...scheduled, dueAt: 101 },
      { ...scheduled, delayMs: 101 },
      SETTLED,
    ];
    all.forEach((one, row) => {
      all.forEach((other, column) => {
        expect(sameDelivery(one, { ...other })).toBe(row === column);
      });
    });
  });
});
