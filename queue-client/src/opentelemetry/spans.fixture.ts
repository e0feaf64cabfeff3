import { afterEach } from '@jest/globals';
import { trace, type Attributes, type SpanKind } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-node';

const exporter = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
afterEach(() => exporter.reset());

/** A finished span, with what tests compare. */
export interface Finished {
  readonly name: string;
  readonly kind: SpanKind;
  readonly traceId: string;
  readonly id: string;
  readonly parent: string | undefined;
  readonly links: readonly string[];
  readonly attributes: Attributes;
  /** Messages of recorded exceptions. */
  readonly errors: readonly unknown[];
}

const finished = (span: ReadableSpan): Finished => ({
  name: span.name,
  kind: span.kind,
  traceId: span.spanContext().traceId,
  id: span.spanContext().spanId,
  parent: span.parentSpanContext?.spanId,
  links: span.links.map(({ context }) => context.spanId),
  attributes: span.attributes,
  errors: span.events.map(({ attributes }) => attributes?.['exception.message']),
});

/** The spans of this test that have ended, oldest first. */
export const spans = (name?: string): Finished[] =>
  exporter
    .getFinishedSpans()
    .map(finished)
    .filter((span) => name === undefined || span.name === name);

/** The newest span of this name. */
export const lastSpan = (name: string): Finished => {
  const last = spans(name).at(-1);
  if (last === undefined) throw new Error(`There is no span ${name}.`);
  return last;
};

/** Runs something while a span is active. */
export const within = <T>(name: string, run: () => Promise<T>): Promise<T> =>
  trace.getTracer('test').startActiveSpan(name, (span) => run().finally(() => span.end()));

/** The header of a message that continues a span. */
export const traceparentOf = ({ traceId, id }: Finished): string => `00-${traceId}-${id}-01`;
