import { SpanStatusCode, type Attributes, type Span, type Tracer } from '@opentelemetry/api';
import { QueueError } from '@typed-queue/contracts';
import type { OpenTelemetryApi } from './open-telemetry-tracing.js';

/** What makes spans. */
export interface SpanMaker extends OpenTelemetryApi {
  readonly tracer: Tracer;
}

/** Of all spans, by the conventions for messaging. */
export const messagingAttributes = (operation: string, type: string, queue: string): Attributes => ({
  'messaging.system': 'typed_queue',
  'messaging.operation.name': operation,
  'messaging.operation.type': type,
  'messaging.destination.name': queue,
});

/** Ends a span whose operation failed. */
export const endFailed = (span: Span, error: unknown): void => {
  const thrown = error instanceof Error ? error : new Error(printed(error));
  span.setAttribute('error.type', error instanceof QueueError ? error.code : thrown.name);
  span.recordException(thrown);
  span.setStatus({ code: SpanStatusCode.ERROR, message: thrown.message });
  span.end();
};

/** Handlers throw anything, and reading the text of some values throws again. */
const printed = (value: unknown): string => {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
};
