import { ROOT_CONTEXT, SpanKind, type Attributes, type Context, type Span } from '@opentelemetry/api';
import type { AnyResponder } from '../calling/responder.js';
import type { CallMaker } from '../tracing.js';
import { ended, endedBy, endedByLoop, type SpanMaker } from './span.js';
import { traceHeaders, withHeaders } from './trace-headers.js';

/** A span for each call, from the call to the answer, and of a stream for each loop. Its parent is the active span. */
export const tracedCaller = (maker: SpanMaker, caller: CallMaker): CallMaker => {
  const begin = (queue: string, name: string): { readonly span: Span; readonly within: Context } => {
    const options = { kind: SpanKind.CLIENT, attributes: attributesOf(queue, name) };
    const span = maker.tracer.startSpan(`call ${queue}/${name}`, options);
    return { span, within: maker.trace.setSpan(maker.context.active(), span) };
  };
  return {
    call: (queue, name, input, options = {}) => {
      const { span, within } = begin(queue, name);
      return ended(span, caller.call(queue, name, input, withHeaders(options, traceHeaders(maker, within))));
    },
    stream: (queue, name, input, options = {}) => ({
      [Symbol.asyncIterator]: () => {
        const { span, within } = begin(queue, name);
        const items = caller.stream(queue, name, input, withHeaders(options, traceHeaders(maker, within)));
        return endedByLoop(span, items, (step) => step());
      },
    }),
  };
};

/** A span for each invocation, active while the responder runs. Its parent is the span of the call. */
export const tracedResponder =
  (
    maker: SpanMaker,
    respond: AnyResponder,
    of: { readonly queue: string; readonly call: string },
  ): AnyResponder =>
  (input, context) => {
    const parent = maker.propagation.extract(ROOT_CONTEXT, context.headers);
    const attributes = { ...attributesOf(of.queue, of.call), 'rpc.typed_queue.attempt': context.attempt };
    const options = { kind: SpanKind.SERVER, attributes };
    const span = maker.tracer.startSpan(`serve ${of.queue}/${of.call}`, options, parent);
    const inSpan = <T>(run: () => T): T => maker.context.with(maker.trace.setSpan(parent, span), run);
    return endedBy(span, context, () => inSpan(() => respond(input, context)), inSpan);
  };

/** By the conventions for RPC. */
const attributesOf = (queue: string, call: string): Attributes => ({
  'rpc.system': 'typed_queue',
  'rpc.service': queue,
  'rpc.method': call,
});
