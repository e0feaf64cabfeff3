import { context, propagation, trace } from '@opentelemetry/api';
import type { Tracing } from '../tracing.js';
import { tracedCaller, tracedResponder } from './call-spans.js';
import type { OpenTelemetryApi } from './open-telemetry-api.js';
import { tracedHandler } from './process-spans.js';
import { tracedPublisher } from './publish-spans.js';

const TRACER = '@typed-queue/queue-client';

/**
 * Traces by OpenTelemetry, for the option `tracing` of `connect`: a producer span for each `publish` and `publishBatch`,
 * a consumer span for each call of a handler, a client span for each `call`, and a server span for each call of a responder. Messages and
 * calls carry the trace in their headers, as the propagator of the
 * application writes it: `traceparent` and `tracestate`, unless another is registered. Without a registered SDK nothing
 * is recorded.
 * @param api default: `@opentelemetry/api` as this package finds it
 */
export const openTelemetryTracing = (api: OpenTelemetryApi = { context, propagation, trace }): Tracing => {
  const tracing = { ...api, tracer: api.trace.getTracer(TRACER) };
  return {
    publisher: (publisher) => tracedPublisher(tracing, publisher),
    handler: (handle, group) => tracedHandler(tracing, handle, group),
    caller: (caller) => tracedCaller(tracing, caller),
    responder: (respond, queue, call) => tracedResponder(tracing, respond, { queue, call }),
  };
};
