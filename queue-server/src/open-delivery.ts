import { unrefAfter } from '@typed-queue/program';
import { Administration } from './delivery/administration.js';
import { GroupDelivery } from './delivery/group-delivery.js';
import { GroupExpiry } from './delivery/group-expiry.js';
import { Tails } from './delivery/tailing/tails.js';
import type { Engine } from './engine/engine.js';
import type { Guard } from './guard/guard.js';
import type { OperatorLog } from './operator-log/operator-log.js';

/** Everything between the engine and the connections. */
export const openDelivery = (engine: Engine, queues: readonly string[], guard: Guard, log: OperatorLog) => {
  const onError = log.failure;
  const tails = new Tails({ engine, onError, after: unrefAfter });
  const delivery = new GroupDelivery({
    engine,
    after: unrefAfter,
    tails,
    onError,
    onLeft: (queue, group, departure) => expiry.left(queue, group, departure),
    onPassedOver: log.passedOver,
    onDeadLettersExpired: log.deadLettersExpired,
    onDeadLetters: log.deadLetters,
  });
  const expiry = new GroupExpiry({
    engine,
    queues,
    now: () => performance.now(),
    after: unrefAfter,
    onError,
    used: (queue, group) => delivery.members(queue, group).length > 0,
    deleteGroup: (queue, group) => delivery.deleteGroup(queue, group),
  });
  const validate = guard.problemOf.bind(guard);
  const administration = new Administration({ engine, delivery, tails, now: Date.now, validate });
  return { tails, delivery, expiry, administration };
};
