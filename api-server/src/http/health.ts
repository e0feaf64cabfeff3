import type { RequestHandler } from 'express';

/** Whether the API can serve requests, and what its operator wants to know. */
export interface Health {
  /** Why it cannot; none: it can. */
  readonly problems: readonly { readonly check: string; readonly problem: string }[];
  /** The events that wait for the queue, the connection to it …: a queue that is away makes no request fail. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Asked for every few seconds: they are neither logged nor traced as other requests are. */
export const PROBES: readonly string[] = ['/livez', '/readyz', '/metrics'];

export type Readiness = () => Promise<Health>;

/** The process runs. */
export const livez: RequestHandler = (_request, response) => {
  response.set('Cache-Control', 'no-store').json({ status: 'ok' });
};

/** 503 while requests cannot be served. */
export const readyz =
  (readiness: Readiness): RequestHandler =>
  async (_request, response) => {
    const { problems, details } = await readiness();
    const isReady = problems.length === 0;
    response
      .status(isReady ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ status: isReady ? 'ok' : 'unavailable', problems, ...details });
  };
