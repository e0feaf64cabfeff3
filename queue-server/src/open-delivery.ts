import { unrefAfter } from '@typed-queue/program';
import { Administration, type AdministrationDeps } from './delivery/administration.js';
import { GroupDelivery } from './delivery/group-delivery.js';
import { GroupExpiry } from './delivery/group-expiry.js';
import { Tails } from './delivery/tailing/tails.js';
import type { ServerClock } from './engine/clocks.js';
import type { Engine } from './engine/engine.js';
import type { Guard } from './guard/guard.js';
import { RecentDeadLetters } from './history/recent-dead-letters.js';
import type { OperatorLog } from './operator-log/operator-log.js';

interface DeliveryDeps {
  readonly queues: readonly string[];
  readonly guard: Guard;
  readonly log: OperatorLog;
  /** Default: the clocks of the machine. */
  readonly clock?: ServerClock | undefined;
}

export const MACHINE_CLOCK: ServerClock = {
  now: () => performance.now(),
  wallNow: Date.now,
  after: unrefAfter,
};

/** Everything between the engine and the connections. */
export const openDelivery = (engine: Engine, { queues, guard, log, clock = MACHINE_CLOCK }: DeliveryDeps) => {
  const { now, wallNow, after } = clock;
  const onError = log.failure;
  const recentDeadLetters = new RecentDeadLetters(now);
  const tails = new Tails({ engine, onError, after });
  const delivery = new GroupDelivery({
    engine,
    after,
    now,
    tails,
    onError,
    onLeft: (queue, group, departure) => expiry.left(queue, group, departure),
    onPassedOver: log.passedOver,
    onDeadLettersExpired: log.deadLettersExpired,
    onDeadLetters: (...died) => [log.deadLetters, recentDeadLetters.add].forEach((add) => add(...died)),
  });
  const expiry = new GroupExpiry({
    engine,
    queues,
    now,
    after,
    onError,
    used: (queue, group) => delivery.members(queue, group).length > 0,
    deleteGroup: (queue, group) => delivery.deleteGroup(queue, group),
  });
  const administration = openAdministration({ engine, delivery, tails, now: wallNow }, guard);
  return { tails, delivery, expiry, administration, recentDeadLetters };
};

const openAdministration = (
  deps: Omit<AdministrationDeps, 'validate' | 'checkPayload'>,
  guard: Guard,
): Administration =>
  new Administration({
    ...deps,
    validate: guard.problemOf.bind(guard),
    checkPayload: (queue, event, payload) => guard.queue(queue).checkPayload(event, payload),
  });
