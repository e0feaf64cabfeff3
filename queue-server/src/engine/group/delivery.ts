/**
 * The state of one message within one group.
 *
 * ready      Nobody holds it. It goes out with the next claim: `claimed` makes it leased.
 * leased     One member holds it under a token. Only that token can end this: `acked` settles it; `failed` counts
 *            one failure and schedules it; `rejected` condemns it; `released` gives it back uncounted. When the lease
 *            ended without an outcome: `lost`, if its handler may have begun, counts one failure and makes it a
 *            suspect (`alone`); otherwise `returned` gives it back uncounted, to go out without prefetch.
 * scheduled  It failed and waits out its back-off: `due` makes it ready.
 * blocked    Its ordering key is another member's for now: `unblocked` makes it ready.
 * condemned  Given up, by its handler or after its last attempt. It never goes out again; `buried`, when its copy
 *            stands among the dead letters, settles it.
 * settled    The group is done with it, for good.
 *
 * What the log no longer has, and what the group does not want, is settled unless somebody holds it: `skipped`.
 *
 * Failures and hand-outs are counted apart: a shutdown, which releases, never burns an attempt.
 */
export type Delivery =
  | ({ readonly kind: 'ready' } & Counters)
  | ({ readonly kind: 'leased'; readonly token: number } & Counters)
  /** It waits for `delayMs` altogether, which earlier versions did not write down. */
  | ({ readonly kind: 'scheduled'; readonly dueAt: number; readonly delayMs?: number } & Counters)
  | ({ readonly kind: 'blocked' } & Counters)
  | ({ readonly kind: 'condemned' } & Counters)
  | { readonly kind: 'settled' };

interface Counters {
  readonly failures: number;
  readonly handouts: number;
  /** A suspect: its handler may have been running when its holder was lost. A member holds one of them at a time. */
  readonly alone: boolean;
  /** Its holder was lost before a handler is thought to have begun it: it goes out only to a handler that is free. */
  readonly noPrefetch?: true | undefined;
}

export type DeliveryEvent =
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
  | { readonly kind: 'buried' }
  | { readonly kind: 'skipped' };

export const READY: Delivery = Object.freeze({ kind: 'ready', failures: 0, handouts: 0, alone: false });
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
    case 'blocked':
      return fromBlocked(delivery, event);
    case 'condemned':
      return event.kind === 'buried' ? SETTLED : delivery;
    case 'settled':
      return delivery;
    default:
      return delivery satisfies never;
  }
};

const fromReady = (delivery: Delivery & { kind: 'ready' }, event: DeliveryEvent): Delivery => {
  switch (event.kind) {
    case 'claimed':
      return { ...delivery, kind: 'leased', token: event.token, handouts: delivery.handouts + 1 };
    case 'blocked':
      return { ...delivery, kind: 'blocked' };
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
    case 'buried':
      return delivery;
    default:
      return event satisfies never;
  }
};

const fromLeased = (delivery: Delivery & { kind: 'leased' }, event: DeliveryEvent): Delivery => {
  const { failures, handouts, alone, noPrefetch } = delivery;
  const failed = { failures: failures + 1, handouts };
  switch (event.kind) {
    case 'acked':
      return SETTLED;
    case 'released':
      return { kind: 'ready', failures, handouts, alone, noPrefetch };
    case 'returned':
      return { kind: 'ready', failures, handouts, alone, noPrefetch: true };
    case 'failed':
      if (failed.failures >= event.maxAttempts) return { kind: 'condemned', ...failed, alone };
      return scheduled(event.now, event.delayMs(failed.failures), failed);
    case 'lost':
      return { kind: failed.failures >= event.maxAttempts ? 'condemned' : 'ready', ...failed, alone: true };
    case 'rejected':
      return { kind: 'condemned', ...failed, alone };
    case 'blocked':
      return { kind: 'blocked', failures, handouts, alone, noPrefetch };
    case 'claimed':
    case 'due':
    case 'unblocked':
    case 'buried':
    case 'skipped':
      return delivery;
    default:
      return event satisfies never;
  }
};

const scheduled = (
  now: number,
  delayMs: number,
  failed: Pick<Counters, 'failures' | 'handouts'>,
): Delivery => ({
  kind: 'scheduled',
  dueAt: now + delayMs,
  delayMs,
  ...failed,
  alone: false,
});

const fromScheduled = (delivery: Delivery & { kind: 'scheduled' }, event: DeliveryEvent): Delivery => {
  if (event.kind === 'skipped') return SETTLED;
  const { failures, handouts, alone, noPrefetch, dueAt } = delivery;
  if (event.kind !== 'due' || dueAt > event.now) return delivery;
  return { kind: 'ready', failures, handouts, alone, noPrefetch };
};

const fromBlocked = (delivery: Delivery & { kind: 'blocked' }, event: DeliveryEvent): Delivery => {
  if (event.kind === 'skipped') return SETTLED;
  return event.kind === 'unblocked' ? { ...delivery, kind: 'ready' } : delivery;
};

export const sameDelivery = (one: Delivery, other: Delivery): boolean => {
  if (one === other) return true;
  if (one.kind !== other.kind) return false;
  if (one.kind === 'settled' || other.kind === 'settled') return true;
  return (
    one.failures === other.failures &&
    one.handouts === other.handouts &&
    one.alone === other.alone &&
    one.noPrefetch === other.noPrefetch &&
    (one.kind !== 'leased' || other.kind !== 'leased' || one.token === other.token) &&
    (one.kind !== 'scheduled' ||
      other.kind !== 'scheduled' ||
      (one.dueAt === other.dueAt && one.delayMs === other.delayMs))
  );
};

/** Which attempt the next or present hand-out is: 1 when it never failed. */
export const attemptOf = (delivery: Delivery): number =>
  delivery.kind === 'settled' ? 1 : delivery.failures + 1;

export const isReady = (
  delivery: Delivery,
  now: number,
): delivery is Delivery & { kind: 'ready' | 'scheduled' } =>
  delivery.kind === 'ready' || (delivery.kind === 'scheduled' && delivery.dueAt <= now);

/**
 * As it is after a restart: leases ended with the server that gave them, uncounted, and what waits for its key is
 * sorted anew.
 */
export const afterRestart = (delivery: Delivery): Delivery => {
  if (delivery.kind !== 'leased' && delivery.kind !== 'blocked') return delivery;
  const { failures, handouts, alone, noPrefetch } = delivery;
  return { kind: 'ready', failures, handouts, alone, noPrefetch };
};
