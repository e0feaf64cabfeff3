import { Histogram, type Metric } from '@typed-queue/program';
import { grouped } from './grouped.js';

type Counted = Extract<Metric, { readonly kind: 'counter' | 'gauge' }>;
type Measured = Extract<Metric, { readonly kind: 'histogram' }>;

/** Of a server as a whole: what its front says counts. */
const OF_FRONT: readonly string[] = [
  'typed_queue_ready',
  'typed_queue_connections',
  'typed_queue_memory_budget_bytes',
  'typed_queue_memory_used_bytes',
];
/** The largest counts; of the others the sum. */
const LARGEST: readonly string[] = ['typed_queue_storage_fault', 'typed_queue_scheduled_late_seconds'];

/** The metrics of a front and of the units beside it as those of one server: each series once. */
export const mergedMetrics = (
  front: readonly Metric[],
  units: readonly (readonly Metric[])[],
): readonly Metric[] => {
  const ofUnits = units.flat().filter(({ name }) => !OF_FRONT.includes(name));
  const byName = grouped([...front, ...ofUnits], ({ name }) => name);
  return [...byName.values()].flatMap((same) => merged(same) ?? []);
};

const merged = (same: readonly Metric[]): Metric | undefined => {
  const [first] = same;
  if (first?.kind === 'histogram') return mergedHistograms(first, same);
  return first && mergedValues(first, same);
};

const keyOf = (labels: Readonly<Record<string, string>>): string => JSON.stringify(Object.entries(labels));

const mergedValues = (first: Counted, same: readonly Metric[]): Metric => {
  const all = same.flatMap((metric) => (metric.kind === 'histogram' ? [] : metric.series));
  const isLargest = LARGEST.includes(first.name);
  const series = [...grouped(all, ({ labels }) => keyOf(labels)).values()].map((group) => {
    const values = group.map(({ value }) => value);
    const value = isLargest ? Math.max(...values) : values.reduce((sum, each) => sum + each, 0);
    return { labels: group[0]?.labels ?? {}, value };
  });
  return { ...first, series };
};

const mergedHistograms = (first: Measured, same: readonly Metric[]): Metric => {
  const all = same.flatMap((metric) => (metric.kind === 'histogram' ? metric.series : []));
  const series = [...grouped(all, ({ labels }) => keyOf(labels)).values()].map((group) => ({
    labels: group[0]?.labels ?? {},
    histogram: Histogram.sumOf(group.map(({ histogram }) => histogram)),
  }));
  return { ...first, series };
};
