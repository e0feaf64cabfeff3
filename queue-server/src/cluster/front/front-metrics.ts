import type { Metric } from '@typed-queue/program';
import type { MemoryBudget } from '../../access/budget.js';
import type { RefusalCounts } from '../../access/refusal-counts.js';
import { connectionMetrics } from '../../metrics/connection-metrics.js';

export interface FrontFigures {
  readonly isReady: boolean;
  readonly connections: () => number;
  readonly budget: Pick<MemoryBudget, 'bytes' | 'used'>;
  readonly refusals: RefusalCounts;
  readonly queues: readonly string[];
  /** By queue: why it cannot be reached. */
  readonly problems: ReadonlyMap<string, unknown>;
}

const QUEUE = 'messaging_destination_name';

/** The metrics of a front alone. */
export const frontMetrics = ({ queues, problems, ...of }: FrontFigures): readonly Metric[] => [
  ...connectionMetrics({
    ...of,
    connections: of.connections(),
    memory: of.budget,
    refusals: of.refusals.all(),
  }),
  {
    kind: 'gauge',
    name: 'typed_queue_reachable',
    help: 'Whether this server reaches the one that has the queue: 1 or 0.',
    labels: [QUEUE],
    series: queues.map((queue) => ({ labels: { [QUEUE]: queue }, value: Number(!problems.has(queue)) })),
  },
];
