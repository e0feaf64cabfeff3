import { newId, type Contract } from '@typed-queue/contracts';
import type { PublishGate } from './delivery/publish-gate.js';
import type { ServerClock } from './engine/clocks.js';
import type { Engine } from './engine/engine.js';
import { MACHINE_CLOCK } from './open-delivery.js';
import type { OperatorLog } from './operator-log/operator-log.js';
import { Schedule } from './schedule/schedule.js';

interface SchedulingDeps {
  readonly engine: Engine;
  readonly contract: Contract;
  readonly publishGate: PublishGate;
  readonly maxScheduled: number;
  /** Default: the clocks of the machine. */
  readonly clock?: ServerClock | undefined;
}

/** What is published later, as soon as it is due. */
export const openSchedule = (
  { engine, contract, publishGate, maxScheduled, clock = MACHINE_CLOCK }: SchedulingDeps,
  { failure, scheduledUndeclared, schedulesRest }: OperatorLog,
): Promise<Schedule> =>
  Schedule.open({
    engine,
    clock,
    maxScheduled,
    newId,
    publish: (queue, frame) => publishGate.append(queue, frame),
    declares: (queue) => Object.hasOwn(contract, queue),
    onUndeclared: scheduledUndeclared,
    onResting: schedulesRest,
    onError: failure,
  });
