import type { ErrorCode } from '@typed-queue/contracts';
import type { Histogram, Metric } from '@typed-queue/program';
import { callMetrics } from './call-metrics.js';
import { connectionMetrics } from './connection-metrics.js';
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
  ...connectionMetrics(figures),
  storageFault(figures),
  ...flushMetrics(figures),
  ...queueMetrics(figures.queues),
  ...callMetrics(figures.services),
  ...scheduleMetrics(
    figures.queues.map(({ queue }) => queue),
    figures.schedule,
  ),
];

const storageFault = ({ fault }: ServerFigures): Metric => ({
  kind: 'gauge',
  name: 'typed_queue_storage_fault',
  help: 'Whether nothing can be stored, for this reason: 1 or 0.',
  labels: [CODE],
  series: FAULTS.map((code) => ({ labels: { [CODE]: code }, value: Number(fault === code) })),
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
