import { unrefAfter } from '@typed-queue/program';
import { Administration } from './delivery/administration.js';
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
    onDeadLetters: (...died) => {
      log.deadLetters(...died);
      recentDeadLetters.add(...died);
    },
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
  const validate = guard.problemOf.bind(guard);
  const checkPayload = (queue: string, event: string, payload: unknown): void =>
    guard.queue(queue).checkPayload(event, payload);
  const administration = new Administration({
    engine,
    delivery,
    tails,
    now: wallNow,
    validate,
    checkPayload,
  });
  return { tails, delivery, expiry, administration, recentDeadLetters };
};
