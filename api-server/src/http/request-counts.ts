import { Histogram, type Labels, type Metric } from '@typed-queue/program';
import type { Request, RequestHandler, Response } from 'express';

interface Series {
  readonly labels: Labels;
  readonly histogram: Histogram;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Attributes of OpenTelemetry's semantic conventions for HTTP, as Prometheus spells them. */
const METHOD = 'http_request_method';
const ROUTE = 'http_route';
const STATUS = 'http_response_status_code';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** In place of a method that the API does not know, as the conventions name it. */
const OTHER_METHOD = '_OTHER';
/** In place of the route of a request that reached none. */
const NO_ROUTE = '(none)';

/** How long requests took, by method, route and status: as many series as the router has answers, whatever is requested. */
export class RequestCounts {
  readonly #now: () => number;
  readonly #series = new Map<string, Series>();

  /** `now`: milliseconds, from any beginning. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts each request when it was answered or its client went away. */
  readonly handler: RequestHandler = (request, response, next) => {
    const began = this.#now();
    response.once('close', () => {
      this.#of(request, response).observe((this.#now() - began) / 1_000);
    });
    next();
  };

  metric(): Metric {
    return {
      kind: 'histogram',
      name: 'http_server_request_duration_seconds',
      help: 'How long requests took until they were answered; without a status, their client went away before.',
      labels: [METHOD, ROUTE, STATUS],
      series: [...this.#series.values()],
    };
  }

  #of(request: Request, response: Response): Histogram {
    const method = METHODS.includes(request.method) ? request.method : OTHER_METHOD;
    const route = routeOf(request);
    const status = response.headersSent ? String(response.statusCode) : '';
    const key = `${method} ${route} ${status}`;
    const known = this.#series.get(key);
    if (known !== undefined) return known.histogram;
    const histogram = new Histogram(SECONDS);
    this.#series.set(key, { labels: { [METHOD]: method, [ROUTE]: route, [STATUS]: status }, histogram });
    return histogram;
  }
}

/** The path of the route as the router has it: never what was requested. */
const routeOf = ({ route }: Request): string => {
  // Safe: what Express sets, if a route matched.
  const path = (route as { readonly path?: unknown } | undefined)?.path;
  return typeof path === 'string' ? path.replaceAll('\\', '') : NO_ROUTE;
};
