import type { Headers } from '@typed-queue/contracts';
import type { Request, RequestHandler, Response } from 'express';
import { PROBES } from './health.js';
import { contextOf } from './request-context.js';

/** A request as its span describes it. */
export interface TracedRequest {
  readonly method: string;
  readonly path: string;
  readonly scheme: string;
  /** The trace of the caller, if it has one. */
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

export interface TracedAnswer {
  /** As the API declares it, `/api/v1/products/:id`; undefined: the path has no route. */
  readonly route: string | undefined;
  /** Undefined: the client went away. */
  readonly status: number | undefined;
}

export interface RequestSpan {
  /** Of the events of the request: they continue its trace. */
  readonly headers: Headers;
  end(answer: TracedAnswer): void;
}

/** Traces requests. */
export interface RequestTracing {
  begin(request: TracedRequest): RequestSpan;
}

/** A span for each request, health checks excepted, from its head until it was answered or its client went away. */
export const tracedRequests =
  (tracing: RequestTracing): RequestHandler =>
  (request, response, next) => {
    if (!PROBES.includes(request.path)) {
      const span = tracing.begin(tracedRequest(request));
      response.locals.context = { ...contextOf(response), trace: span.headers };
      response.once('close', () => span.end(tracedAnswer(request, response)));
    }
    next();
  };

const tracedRequest = (request: Request): TracedRequest => ({
  method: request.method,
  path: request.path,
  scheme: request.protocol,
  traceparent: request.get('traceparent'),
  tracestate: request.get('tracestate'),
});

const tracedAnswer = (request: Request, response: Response): TracedAnswer => {
  // Safe: Express sets it where a route is found; paths of this API are texts.
  const route = request.route as { readonly path: string } | undefined;
  return {
    route: route?.path,
    status: response.writableFinished ? response.statusCode : undefined,
  };
};
