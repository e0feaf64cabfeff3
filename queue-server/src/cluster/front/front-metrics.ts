import type { Metric } from '@typed-queue/program';
import type { MemoryBudget } from '../../access/budget.js';
import type { RefusalCounts } from '../../access/refusal-counts.js';
import { connectionMetrics } from '../../metrics/connection-metrics.js';

export interface FrontFigures {
  readonly isReady: boolean;
  readonly connections: () => number;
  readonly budget: Pick<MemoryBudget, 'bytes' | 'used'>;
  readonly refusals: RefusalCounts;
}

/** The metrics of a front alone. */
export const frontMetrics = ({ isReady, connections, budget, refusals }: FrontFigures): readonly Metric[] =>
  connectionMetrics({ isReady, connections: connections(), memory: budget, refusals: refusals.all() });
