import type { Metric } from '@typed-queue/program';
import type { ServerFigures } from './server-figures.js';

const CODE = 'error_type';

/** What is measured of a server's connections, and whether it is ready. */
export const connectionMetrics = ({
  isReady,
  connections,
  memory,
  refusals,
}: Pick<ServerFigures, 'isReady' | 'connections' | 'memory' | 'refusals'>): readonly Metric[] => [
  plainGauge('typed_queue_ready', 'Whether it takes messages, as at /readyz: 1 or 0.', Number(isReady)),
  plainGauge('typed_queue_connections', 'Connected clients.', connections),
  plainGauge('typed_queue_memory_budget_bytes', 'MEMORY_BUDGET.', memory.bytes),
  plainGauge('typed_queue_memory_used_bytes', 'What the data of all connections takes of it.', memory.used),
  {
    kind: 'counter',
    name: 'typed_queue_refused_total',
    help: 'Refused connections, requests and single messages of frames, by the code of the error.',
    labels: [CODE],
    series: [...refusals].map(([code, value]) => ({ labels: { [CODE]: code }, value })),
  },
];

const plainGauge = (name: string, help: string, value: number): Metric => ({
  kind: 'gauge',
  name,
  help,
  labels: [],
  series: [{ labels: {}, value }],
});
