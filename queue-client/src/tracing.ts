import type { BatchReceipt, Receipt } from '@typed-queue/contracts';
import type { BatchOptions, PublishOptions } from './client.js';
import type { AnyHandler } from './consuming/handler.js';

/** Publishes messages of any queue and event, as `publish` and `publishBatch` of a client do. */
export interface MessagePublisher {
  publish(queue: string, event: string, payload: unknown, options?: PublishOptions): Promise<Receipt>;
  publishBatch(queue: string, messages: readonly unknown[], options?: BatchOptions): Promise<BatchReceipt>;
}

/**
 * Traces what a client publishes and handles. `openTelemetryTracing()` of `@typed-queue/queue-client/opentelemetry`
 * makes one.
 */
export interface Tracing {
  /** Called once for a client: a publisher that also traces. */
  readonly publisher: (publisher: MessagePublisher) => MessagePublisher;
  /** Called once for a subscription: a handler that also traces. It must return at once what returns at once. */
  readonly handler: (handle: AnyHandler, group: string) => AnyHandler;
}
