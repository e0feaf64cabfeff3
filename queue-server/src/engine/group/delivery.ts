/**
 * The state of one message within one group.
 *
 * ready      Nobody holds it. It goes out with the next claim: `claimed` makes it leased.
 * leased     One member holds it under a token. Only that token can end this:
 *            `acked` settles it; `failed` counts one failure and schedules it; `released` gives it back
 *            uncounted; `lost`, when the lease ended without an outcome, counts one failure and gives it back.
 * scheduled  It failed and waits out its back-off: `due` makes it ready.
 * settled    The group is done with it, for good.
 *
 * What nobody holds and the log no longer has is settled: `skipped`.
 *
 * Failures and hand-outs are counted apart: a shutdown, which releases, never burns an attempt.
 */
export type Delivery =
  | ({ readonly kind: 'ready' } & Counters)
  | ({ readonly kind: 'leased'; readonly token: number } & Counters)
  | ({ readonly kind: 'scheduled'; readonly dueAt: number } & Counters)
  | { readonly kind: 'settled' };

interface Counters {
  readonly failures: number;
  readonly handouts: number;
}

export type DeliveryEvent =
  | { readonly kind: 'claimed'; readonly token: number }
  | { readonly kind: 'acked' }
  | { readonly kind: 'released' }
  /** Failed: `dueAt` from the number of failures, this one included. */
  | { readonly kind: 'failed'; readonly dueAt: (failures: number) => number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'due'; readonly now: number }
  /** The log no longer has it. */
  | { readonly kind: 'skipped' };

export const READY: Delivery = Object.freeze({ kind: 'ready', failures: 0, handouts: 0 });
export const SETTLED: Delivery = Object.freeze({ kind: 'settled' });

/** The next state. A pair that means nothing returns the same object: there is nothing to do. */
export const transition = (delivery: Delivery, event: DeliveryEvent): Delivery => {
  switch (delivery.kind) {
    case 'ready':
      return fromReady(delivery, event);
    case 'leased':
      return fromLeased(delivery, event);
    case 'scheduled':
      return fromScheduled(delivery, event);
    case 'settled':
      return delivery;
    default:
      return delivery satisfies never;
  }
};

const fromReady = (delivery: Delivery & { kind: 'ready' }, event: DeliveryEvent): Delivery => {
  switch (event.kind) {
    case 'claimed': {
      const { failures, handouts } = delivery;
      return { kind: 'leased', token: event.token, failures, handouts: handouts + 1 };
    }
    case 'skipped':
      return SETTLED;
    case 'acked':
    case 'released':
    case 'failed':
    case 'lost':
    case 'due':
      return delivery;
    default:
      return event satisfies never;
  }
};

const fromLeased = (delivery: Delivery & { kind: 'leased' }, event: DeliveryEvent): Delivery => {
  const { failures, handouts } = delivery;
  switch (event.kind) {
    case 'acked':
      return SETTLED;
    case 'released':
      return { kind: 'ready', failures, handouts };
    case 'failed':
      return { kind: 'scheduled', dueAt: event.dueAt(failures + 1), failures: failures + 1, handouts };
    case 'lost':
      return { kind: 'ready', failures: failures + 1, handouts };
    case 'claimed':
    case 'due':
    case 'skipped':
      return delivery;
    default:
      return event satisfies never;
  }
};

const fromScheduled = (delivery: Delivery & { kind: 'scheduled' }, event: DeliveryEvent): Delivery => {
  if (event.kind === 'skipped') return SETTLED;
  const { failures, handouts, dueAt } = delivery;
  return event.kind === 'due' && dueAt <= event.now ? { kind: 'ready', failures, handouts } : delivery;
};

export const sameDelivery = (one: Delivery, other: Delivery): boolean => {
  if (one === other) return true;
  if (one.kind !== other.kind) return false;
  if (one.kind === 'settled' || other.kind === 'settled') return true;
  return (
    one.failures === other.failures &&
    one.handouts === other.handouts &&
    (one.kind !== 'leased' || other.kind !== 'leased' || one.token === other.token) &&
    (one.kind !== 'scheduled' || other.kind !== 'scheduled' || one.dueAt === other.dueAt)
  );
};

/** Which attempt the next or present hand-out is: 1 when it never failed. */
export const attemptOf = (delivery: Delivery): number =>
  delivery.kind === 'settled' ? 1 : delivery.failures + 1;

export const isReady = (delivery: Delivery, now: number): boolean =>
  delivery.kind === 'ready' || (delivery.kind === 'scheduled' && delivery.dueAt <= now);
