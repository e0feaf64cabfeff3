import { describe, expect, it } from '@jest/globals';
import {
  attemptOf,
  isReady,
  READY,
  sameDelivery,
  SETTLED,
  transition,
  type Delivery,
  type DeliveryEvent,
} from './delivery.js';

const ready: Delivery = { kind: 'ready', failures: 1, handouts: 2 };
const leased: Delivery = { kind: 'leased', token: 7, failures: 1, handouts: 2 };
const scheduled: Delivery = { kind: 'scheduled', dueAt: 100, failures: 1, handouts: 2 };

const claimed: DeliveryEvent = { kind: 'claimed', token: 7 };
const failed: DeliveryEvent = { kind: 'failed', dueAt: (failures) => 1_000 * failures };
const due: DeliveryEvent = { kind: 'due', now: 100 };
const early: DeliveryEvent = { kind: 'due', now: 99 };
const [acked, released, lost, skipped] = (['acked', 'released', 'lost', 'skipped'] as const).map((kind) => ({
  kind,
}));

describe('the state of a delivery', () => {
  it.each<[Delivery, DeliveryEvent | undefined, Delivery]>([
    [ready, claimed, { kind: 'leased', token: 7, failures: 1, handouts: 3 }],
    [ready, skipped, SETTLED],
    [leased, acked, SETTLED],
    [leased, released, { kind: 'ready', failures: 1, handouts: 2 }],
    [leased, failed, { kind: 'scheduled', dueAt: 2_000, failures: 2, handouts: 2 }],
    [leased, lost, { kind: 'ready', failures: 2, handouts: 2 }],
    [scheduled, due, { kind: 'ready', failures: 1, handouts: 2 }],
    [scheduled, skipped, SETTLED],
  ])('%j, when it is %j, becomes %j', (delivery, event, next) => {
    expect(event).toBeDefined();
    if (event !== undefined) expect(transition(delivery, event)).toEqual(next);
  });

  it.each<[Delivery, readonly (DeliveryEvent | undefined)[]]>([
    [ready, [acked, released, failed, lost, due]],
    [leased, [claimed, due, skipped]],
    [scheduled, [claimed, acked, released, failed, lost, early]],
    [SETTLED, [claimed, acked, released, failed, lost, due, skipped]],
  ])('%j stays the same object on every other event', (delivery, events) => {
    for (const event of events) {
      expect(event).toBeDefined();
      if (event !== undefined) expect(transition(delivery, event)).toBe(delivery);
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

  it('is the same as another when every field is', () => {
    const all: Delivery[] = [
      ready,
      { ...ready, handouts: 3 },
      { ...ready, failures: 2 },
      leased,
      { ...leased, token: 8 },
      scheduled,
      { ...scheduled, dueAt: 101 },
      SETTLED,
    ];
    all.forEach((one, row) => {
      all.forEach((other, column) => {
        expect(sameDelivery(one, { ...other })).toBe(row === column);
      });
    });
  });
});
