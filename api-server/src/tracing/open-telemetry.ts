import {
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
} from '@opentelemetry/api';
import { openTelemetryTracing } from '@typed-queue/queue-client/opentelemetry';
import type { RequestSpan, RequestTracing, TracedAnswer, TracedRequest } from '../http/request-tracing.js';
import type { ApiTracing } from '../server.js';

/** Traces the API by OpenTelemetry: a server span for each request, and what its clients of the queue server publish. */
export const openTelemetry = (): ApiTracing => ({
  requests: requestSpans(),
  queue: openTelemetryTracing(),
});

/** Those of the conventions for HTTP. */
const METHODS = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'];

const requestSpans = (): RequestTracing => {
  const tracer = trace.getTracer('@typed-queue/api-server');
  return {
    begin: (request): RequestSpan => {
      const method = METHODS.includes(request.method) ? request.method : '_OTHER';
      // Nothing else of the caller's context, such as its baggage, goes into events.
      const { traceparent, tracestate } = request;
      const parent = propagation.extract(ROOT_CONTEXT, { traceparent, tracestate });
      const options = { kind: SpanKind.SERVER, attributes: attributesOf(request, method) };
      const span = tracer.startSpan(spanName(method, undefined), options, parent);
      const headers: Record<string, string> = {};
      propagation.inject(trace.setSpan(parent, span), headers);
      return { headers, end: (answer) => end(span, method, answer) };
    },
  };
};

const spanName = (method: string, route: string | undefined): string => {
  const verb = method === '_OTHER' ? 'HTTP' : method;
  return route === undefined ? verb : `${verb} ${route}`;
};

/** Without the query: its values are data. */
const attributesOf = ({ path, scheme }: TracedRequest, method: string): Attributes => ({
  'http.request.method': method,
  'url.path': path,
  'url.scheme': scheme,
});

const end = (span: Span, method: string, { route, status }: TracedAnswer): void => {
  span.updateName(spanName(method, route));
  if (route !== undefined) span.setAttribute('http.route', route);
  if (status !== undefined) span.setAttribute('http.response.status_code', status);
  // What the caller did wrong is no error of this server.
  if (status === undefined || status >= 500) {
    span.setAttribute('error.type', status === undefined ? 'aborted' : String(status));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
};
