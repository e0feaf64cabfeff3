import type { Metric } from '@typed-queue/program';
import type { GuardedPage } from './guarded-page.js';
import { READING } from './pages.js';

export interface MetricsPageDeps {
  readonly queues: GuardedPage['queues'];
  readonly metrics: () => Promise<readonly Metric[]>;
}

/** `GET /metrics`: the metrics in the text format of Prometheus. Requests that come at the same time share an answer. */
export const metricsPage = ({ queues, metrics }: MetricsPageDeps): GuardedPage => {
  let rendering: ReturnType<typeof exposed> | undefined;
  return {
    path: '/metrics',
    methods: READING,
    needs: ['admin'],
    queues,
    answer: async (response) => {
      rendering ??= exposed(metrics).finally(() => (rendering = undefined));
      const { contentType, text } = await rendering;
      response.writeHead(200, {
        'content-type': contentType,
        'content-length': Buffer.byteLength(text),
        'cache-control': 'no-store',
      });
      response.end(text);
    },
  };
};

/** The library that writes them is loaded by the first request. */
const exposed = async (metrics: MetricsPageDeps['metrics']) => {
  const { exposition } = await import('@typed-queue/program/metrics');
  return exposition(await metrics());
};
