import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import type { AnyMessage } from '@typed-queue/contracts';
import type { AnyHandler, HandlerContext } from '../consuming/handler.js';
import { endedBy, messagingAttributes, type SpanMaker } from './span.js';

/** The delivery of a message to a handler. */
interface Delivery {
  readonly message: AnyMessage;
  readonly context: HandlerContext;
  readonly group: string;
}

/**
 * A span for each delivery, active while the handler runs. The span that published the message is its parent and, since
 * the conventions ask for it, also linked.
 */
export const tracedHandler =
  (maker: SpanMaker, handle: AnyHandler, group: string): AnyHandler =>
  (message, context) => {
    const parent = maker.propagation.extract(ROOT_CONTEXT, message.headers);
    const producer = maker.trace.getSpanContext(parent);
    const options = {
      kind: SpanKind.CONSUMER,
      attributes: attributesOf({ message, context, group }),
      links: producer === undefined ? [] : [{ context: producer }],
    };
    const span = maker.tracer.startSpan(`process ${message.queue}`, options, parent);
    const call = (): unknown =>
      maker.context.with(maker.trace.setSpan(parent, span), () => handle(message, context));
    return endedBy(span, context, call);
  };

const attributesOf = ({ message, context, group }: Delivery) => ({
  ...messagingAttributes('process', 'process', message.queue),
  'messaging.consumer.group.name': group,
  'messaging.message.id': message.id,
  'messaging.typed_queue.attempt': context.attempt,
  'messaging.typed_queue.event': message.event,
  'messaging.typed_queue.seq': message.seq,
});
