import { SpanStatusCode, type Attributes, type Span, type Tracer } from '@opentelemetry/api';
import { QueueError } from '@typed-queue/contracts';
import { isAsyncIterable } from '../calling/output-pump.js';
import { isThenable } from '../consuming/handler-pool.js';
import { DeclaredFailure } from '../failures/declared-failure.js';
import type { OpenTelemetryApi } from './open-telemetry-api.js';

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
const endFailed = (span: Span, error: unknown): void => {
  const thrown = error instanceof Error ? error : new Error(printed(error));
  const hasCode = error instanceof QueueError || error instanceof DeclaredFailure;
  span.setAttribute('error.type', hasCode ? error.code : thrown.name);
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

/** Ends a span with a promise. */
export const ended = async <T>(
  span: Span,
  promise: Promise<T>,
  onResolved: (result: T) => void = () => undefined,
): Promise<T> => {
  try {
    const result = await promise;
    onResolved(result);
    span.end();
    return result;
  } catch (error) {
    endFailed(span, error);
    throw error;
  }
};

/** What calls a function of the user may lose interest in what it returns. */
interface Interest {
  readonly signal: AbortSignal;
}

/** Runs a function within a span. */
type Within = <T>(run: () => T) => T;

/**
 * Ends a span with what it runs: returns and throws what that does, and when it does. `within`: with the loop over an iterable
 * that it returns.
 */
export const endedBy = (span: Span, interest: Interest, run: () => unknown, within?: Within): unknown => {
  try {
    const result = run();
    if (within !== undefined && isAsyncIterable(result)) {
      return { [Symbol.asyncIterator]: () => endedByLoop(span, result, within) };
    }
    if (isThenable(result)) return settled(span, interest, result);
    span.end();
    return result;
  } catch (error) {
    endFailed(span, error);
    throw error;
  }
};

const settled = async (span: Span, { signal }: Interest, result: PromiseLike<unknown>): Promise<unknown> => {
  try {
    const value = await result;
    // What it returns then has no effect: the message failed, or nobody waits for the answer.
    if (signal.aborted) endFailed(span, signal.reason);
    else span.end();
    return value;
  } catch (error) {
    endFailed(span, error);
    throw error;
  }
};

/** Ends a span with a loop: whoever loops gets the same items and errors. */
export const endedByLoop = (
  span: Span,
  items: AsyncIterable<unknown>,
  within: Within,
): AsyncIterator<unknown> => {
  const iterator = items[Symbol.asyncIterator]();
  return {
    next: async () => {
      try {
        const step = await within(() => iterator.next());
        if (step.done === true) span.end();
        return step;
      } catch (error) {
        endFailed(span, error);
        throw error;
      }
    },
    return: async () => {
      span.end();
      await within(() => iterator.return?.());
      return { done: true, value: undefined };
    },
  };
};
