import type { BatchReceipt, Receipt, ScheduledReceipt } from '@typed-queue/contracts';
import type { CallOptions, DurableCallOptions } from './calling/call.js';
import type { AnyResponder } from './calling/responder.js';
import type { AnyHandler } from './consuming/handler.js';
import type { BatchOptions, ScheduleOptions } from './publishing/publish-options.js';

/** Publishes messages of any queue and event, as `publish` and `publishBatch` of a client do. */
export interface MessagePublisher {
  /** With a time in the options, the receipt is a `ScheduledReceipt`. */
  publish(
    queue: string,
    event: string,
    payload: unknown,
    options?: ScheduleOptions,
  ): Promise<Receipt | ScheduledReceipt>;
  publishBatch(queue: string, messages: readonly unknown[], options?: BatchOptions): Promise<BatchReceipt>;
}

/** Makes calls of any queue, as `call` of a client does. */
export interface CallMaker {
  call(queue: string, name: string, input: unknown, options?: DurableCallOptions): Promise<unknown>;
  /** The call begins with the loop. */
  stream(queue: string, name: string, input: unknown, options?: CallOptions): AsyncIterable<unknown>;
}

/**
 * Traces what a client publishes and handles, calls and answers. `openTelemetryTracing()` of `@typed-queue/queue-client/opentelemetry`
 * makes one.
 */
export interface Tracing {
  /** Called once for a client: a publisher that also traces. */
  readonly publisher: (publisher: MessagePublisher) => MessagePublisher;
  /** Called once for a subscription: a handler that also traces. It must return at once what returns at once. */
  readonly handler: (handle: AnyHandler, group: string) => AnyHandler;
  /** Called once for a client: one that also traces. */
  readonly caller: (caller: CallMaker) => CallMaker;
  /** Called for each responder of a call: one that also traces. It must return at once what returns at once. */
  readonly responder: (respond: AnyResponder, queue: string, call: string) => AnyResponder;
}
