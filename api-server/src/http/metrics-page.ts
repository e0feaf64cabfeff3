import type { Metric } from '@typed-queue/program';
import type { RequestHandler } from 'express';

/** Answers with metrics. The library that writes them is loaded by the first request. */
export const metricsPage =
  (metrics: () => Promise<readonly Metric[]>): RequestHandler =>
  async (_request, response) => {
    const { exposition } = await import('@typed-queue/program/metrics');
    const { contentType, text } = await exposition(await metrics());
    response.set({ 'Content-Type': contentType, 'Cache-Control': 'no-store' }).end(text);
  };
