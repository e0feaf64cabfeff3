import { ROOT_CONTEXT, SpanKind, type Context, type Link } from '@opentelemetry/api';
import type { MessagePublisher } from '../tracing.js';
import { ended, messagingAttributes, type SpanMaker } from './span.js';
import { headersOf, traceHeaders, withHeaders } from './trace-headers.js';

/**
 * A span for each call, from the call to the receipt. Its parent is the trace in the headers of the message, for who
 * publishes later than the message was made, or else the active span. A batch has one span: messages that carry a trace
 * keep it, and the span links to it.
 */
export const tracedPublisher = (maker: SpanMaker, publisher: MessagePublisher): MessagePublisher => ({
  publish: (queue, event, payload, options = {}) => {
    const parent = parentOf(maker, options);
    const attributes = { ...attributesOf(queue), 'messaging.typed_queue.event': event };
    const span = maker.tracer.startSpan(`publish ${queue}`, { kind: SpanKind.PRODUCER, attributes }, parent);
    const headers = traceHeaders(maker, maker.trace.setSpan(parent, span));
    const published = publisher.publish(queue, event, payload, withHeaders(options, headers));
    return ended(span, published, ({ id }) => span.setAttribute('messaging.message.id', id));
  },

  publishBatch: (queue, messages, options) => {
    // Anything else is refused.
    const batch = Array.isArray(messages) ? messages : [];
    const links = batch.flatMap((message) => linkOf(maker, message) ?? []);
    const attributes = { ...attributesOf(queue), 'messaging.batch.message_count': batch.length };
    const span = maker.tracer.startSpan(`publish ${queue}`, { kind: SpanKind.PRODUCER, attributes, links });
    const headers = traceHeaders(maker, maker.trace.setSpan(maker.context.active(), span));
    const traced = batch.map((message: unknown) =>
      linkOf(maker, message) === undefined ? withHeaders(message, headers) : message,
    );
    return ended(span, publisher.publishBatch(queue, batch === messages ? traced : messages, options));
  },
});

/** Of two spans of the same trace, the active one is the later: a handler may forward the headers of its message. */
const parentOf = ({ propagation, context, trace }: SpanMaker, options: unknown): Context => {
  const active = context.active();
  const carried = propagation.extract(active, headersOf(options));
  const isSameTrace = trace.getSpanContext(active)?.traceId === trace.getSpanContext(carried)?.traceId;
  return isSameTrace ? active : carried;
};

const attributesOf = (queue: string) => messagingAttributes('publish', 'send', queue);

/** To the trace that a message carries. */
const linkOf = ({ propagation, trace }: SpanMaker, message: unknown): Link | undefined => {
  const context = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, headersOf(message)));
  return context && { context };
};
