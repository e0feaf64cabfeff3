import type { ErrorCode } from '@typed-queue/contracts';
import type { Histogram, Metric } from '@typed-queue/program';
import { callMetrics } from './call-metrics.js';
import type { FlushCount } from './flush-counts.js';
import { queueMetrics } from './queue-metrics.js';
import { scheduleMetrics } from './schedule-metrics.js';
import { serverFigures, type ServerFigures, type ServerFiguresDeps } from './server-figures.js';

const CODE = 'error_type';
const JOURNAL = 'journal';
const FAULTS = [
  'storage_full',
  'storage_unavailable',
  'storage_failed',
] as const satisfies readonly ErrorCode[];

/** All metrics of a server at the moment, but those of its process. */
export const readServerMetrics = async (deps: ServerFiguresDeps): Promise<readonly Metric[]> =>
  serverMetrics(await serverFigures(deps));

const serverMetrics = (figures: ServerFigures): readonly Metric[] => [
  plainGauge(
    'typed_queue_ready',
    'Whether it takes messages, as at /readyz: 1 or 0.',
    Number(figures.isReady),
  ),
  storageFault(figures),
  plainGauge('typed_queue_connections', 'Connected clients.', figures.connections),
  plainGauge('typed_queue_memory_budget_bytes', 'MEMORY_BUDGET.', figures.memory.bytes),
  plainGauge(
    'typed_queue_memory_used_bytes',
    'What the data of all connections takes of it.',
    figures.memory.used,
  ),
  refused(figures),
  ...flushMetrics(figures),
  ...queueMetrics(figures.queues),
  ...callMetrics(figures.services),
  ...scheduleMetrics(
    figures.queues.map(({ queue }) => queue),
    figures.schedule,
  ),
];

const plainGauge = (name: string, help: string, value: number): Metric => ({
  kind: 'gauge',
  name,
  help,
  labels: [],
  series: [{ labels: {}, value }],
});

const storageFault = ({ fault }: ServerFigures): Metric => ({
  kind: 'gauge',
  name: 'typed_queue_storage_fault',
  help: 'Whether nothing can be stored, for this reason: 1 or 0.',
  labels: [CODE],
  series: FAULTS.map((code) => ({ labels: { [CODE]: code }, value: Number(fault === code) })),
});

const refused = ({ refusals }: ServerFigures): Metric => ({
  kind: 'counter',
  name: 'typed_queue_refused_total',
  help: 'Refused connections, requests and single messages of frames, by the code of the error.',
  labels: [CODE],
  series: [...refusals].map(([code, value]) => ({ labels: { [CODE]: code }, value })),
});

const flushMetrics = ({ flushes }: ServerFigures): readonly Metric[] => {
  const histogram = (name: string, help: string, of: (count: FlushCount) => Histogram): Metric => ({
    kind: 'histogram',
    name,
    help,
    labels: [JOURNAL],
    series: [...flushes].map(([journal, count]) => ({
      labels: { [JOURNAL]: journal },
      histogram: of(count),
    })),
  });
  return [
    histogram(
      'typed_queue_flush_duration_seconds',
      'How long a group commit was written and flushed.',
      ({ seconds }) => seconds,
    ),
    histogram(
      'typed_queue_commit_messages',
      'Messages, or records, of a group commit.',
      ({ messages }) => messages,
    ),
  ];
};
