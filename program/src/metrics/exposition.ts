/** Metrics as Prometheus reads them. Apart from the other exports: it loads prom-client, which only a scrape needs. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Metric } from './metric.js';

type CountedMetric = Extract<Metric, { readonly kind: 'counter' | 'gauge' }>;
type HistogramMetric = Extract<Metric, { readonly kind: 'histogram' }>;

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** Memory, processor time and event-loop delay of the process, measured from the first scrape on. One for all servers in it. */
let ofProcess: Registry | undefined;

const processRegistry = (): Registry => {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
};

/** The metrics of a server, followed by those of its process. */
export const exposition = async (metrics: readonly Metric[]): Promise<Exposition> => {
  const registry = new Registry();
  for (const metric of metrics) {
    if (metric.kind === 'histogram') new CountedHistogram(metric, registry);
    else register(metric, registry);
  }
  const text = [await registry.metrics(), await processRegistry().metrics()].join('\n');
  return { contentType: registry.contentType, text };
};

const register = (
  { kind, name, help, labels: labelNames, series }: CountedMetric,
  registry: Registry,
): void => {
  const options = { name, help, labelNames: [...labelNames], registers: [registry] };
  if (kind === 'counter') {
    const counter = new Counter(options);
    for (const { labels, value } of series) counter.inc(labels, value);
  } else {
    const gauge = new Gauge(options);
    for (const { labels, value } of series) gauge.set(labels, value);
  }
};

/** A histogram whose values were counted before. */
class CountedHistogram extends Histogram {
  readonly #metric: HistogramMetric;

  constructor(metric: HistogramMetric, registry: Registry) {
    const { name, help, labels } = metric;
    super({ name, help, labelNames: [...labels], registers: [registry] });
    this.#metric = metric;
  }

  /** What the registry asks for. */
  async getForPromString() {
    const { name, help, series } = this.#metric;
    return { name, help, type: 'histogram', values: series.flatMap((each) => valuesOf(name, each)) };
  }
}

const valuesOf = (name: string, { labels, histogram }: HistogramMetric['series'][number]) => {
  let below = 0;
  const buckets = histogram.counts.map((count, range) => {
    below += count;
    const le = String(histogram.bounds[range] ?? '+Inf');
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: histogram.sum },
    { metricName: `${name}_count`, labels, value: below },
  ];
};
