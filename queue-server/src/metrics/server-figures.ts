import type { ApiErrorCode, ErrorCode } from '@typed-queue/contracts';
import type { MemoryBudget } from '../access/budget.js';
import type { RefusalCounts } from '../access/refusal-counts.js';
import type { Calls } from '../calls/calls.js';
import type { Engine } from '../engine/engine.js';
import { faultCode } from '../engine/fault-code.js';
import type { Schedule } from '../schedule/schedule.js';
import type { ScheduleFigures } from '../schedule/schedule-figures.js';
import type { QueueServices } from './call-metrics.js';
import type { FlushCount, FlushCounts } from './flush-counts.js';
import { queueFigures, type QueueFigures, type QueueFiguresDeps } from './queue-figures.js';

/** What is measured of a server, as it is now. */
export interface ServerFigures {
  readonly isReady: boolean;
  /** Why nothing can be stored. */
  readonly fault: ErrorCode | undefined;
  readonly connections: number;
  /** Of all connections, in bytes. */
  readonly memory: { readonly bytes: number; readonly used: number };
  readonly refusals: ReadonlyMap<ApiErrorCode, number>;
  /** By the kind of journal. */
  readonly flushes: ReadonlyMap<string, FlushCount>;
  readonly queues: readonly QueueFigures[];
  readonly services: readonly QueueServices[];
  /** Of messages that are published later. */
  readonly schedule: ScheduleFigures;
}

export interface ServerFiguresDeps extends QueueFiguresDeps {
  readonly engine: Pick<Engine, 'queue' | 'fault'>;
  /** The names of all queues. */
  readonly queues: readonly string[];
  readonly isReady: () => boolean;
  readonly connections: () => number;
  readonly budget: Pick<MemoryBudget, 'bytes' | 'used'>;
  readonly refusals: RefusalCounts;
  readonly calls: Pick<Calls, 'services'>;
  readonly schedule: Pick<Schedule, 'figures'>;
  readonly flushes: FlushCounts;
}

/** The figures of a server at the moment. */
export const serverFigures = async (deps: ServerFiguresDeps): Promise<ServerFigures> => {
  const queues: QueueFigures[] = [];
  // One after the other: each reads messages.
  for (const queue of deps.queues) queues.push(await queueFigures(queue, deps));
  const fault = deps.engine.fault();
  return {
    isReady: deps.isReady(),
    fault: fault && faultCode(fault),
    connections: deps.connections(),
    memory: { bytes: deps.budget.bytes, used: deps.budget.used },
    refusals: deps.refusals.all(),
    flushes: deps.flushes.all(),
    queues,
    services: deps.queues.map((queue) => ({ queue, services: deps.calls.services(queue) })),
    schedule: deps.schedule.figures,
  };
};
