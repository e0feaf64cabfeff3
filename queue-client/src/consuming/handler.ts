import {
  QueueError,
  type AnyFailure,
  type AnyMessage,
  type Contract,
  type EventFailure,
  type EventMessage,
  type EventName,
  type QueueDefinition,
  type QueueName,
} from '@typed-queue/contracts';
import type { AnyFail, Fail } from '../failures/declared-failure.js';
import { checkFunctions, invalidArgument } from '../argument-check.js';
import { LazySignal } from '../lazy-signal.js';

/** The delivery of a message. It may be destructured: `(message, { attempt, signal }) => …`. */
export interface HandlerContext<Failed extends AnyFailure = never> {
  /** 1 for the first delivery, 2 after one failure … */
  readonly attempt: number;
  /**
   * Aborts when the lease of the message is lost (also by a seek of the group), when the handler
   * takes longer than `handlerTimeoutMs`, and when the subscription closes without waiting. What the handler returns
   * or throws from then on has no effect.
   */
  readonly signal: AbortSignal;
  /** Extends the lease now. While a handler runs, its lease is extended automatically. */
  readonly extend: () => void;
  /**
   * Makes what is thrown when the message failed in a way that the contract declares: `throw fail('sold_out', { left: 3 })`.
   * By its declaration the message is delivered again, or dead-lettered at once.
   */
  readonly fail: Fail<Failed>;
}

/** Shared by the messages of a grant that have the same attempt; a message with an ordering key has its own. */
export class MessageContext extends LazySignal implements HandlerContext {
  readonly attempt: number;
  readonly extend: () => void;
  readonly fail: AnyFail;

  constructor(attempt: number, extend: () => void, fail: AnyFail) {
    super();
    this.attempt = attempt;
    this.extend = extend;
    this.fail = fail;
  }
}

/**
 * What a handler may return: anything, at once or by a promise. Returning acknowledges the message, whatever the
 * value. After a throw it is delivered again by the group's back-off, and dead-lettered after `maxAttempts`; throw what
 * `fail` of the context makes for a failure that the contract declares, `RetryAfter` to choose the delay, `DeadLetter` to
 * dead-letter the message at once. One of these three that is returned is as good as thrown.
 */
export type Handled = unknown;

/** A handler of some messages. */
export type MessageHandler<M, Failed extends AnyFailure = never> = (
  message: M,
  context: HandlerContext<Failed>,
) => Handled;

/** A handler of all events of a queue, or of those that the group asked for. */
export type HandlerFunction<
  C extends Contract,
  Q extends QueueName<C>,
  E extends EventName<C, Q> = EventName<C, Q>,
> = MessageHandler<EventMessage<C, Q, E>, EventFailure<C, Q, E>>;

/** A handler for each event of a queue, or for each that the group asked for: one that is forgotten does not compile. */
export type HandlerMap<
  C extends Contract,
  Q extends QueueName<C>,
  E extends EventName<C, Q> = EventName<C, Q>,
> = {
  readonly [N in E]: MessageHandler<EventMessage<C, Q, N>, EventFailure<C, Q, N>>;
};

export type Handler<C extends Contract, Q extends QueueName<C>, E extends EventName<C, Q> = EventName<C, Q>> =
  HandlerFunction<C, Q, E> | HandlerMap<C, Q, E>;

/** A handler whose queue is no longer known to the compiler. */
export type AnyHandler = MessageHandler<AnyMessage>;

/**
 * Run-time check of a handler, for callers in plain JavaScript: a function, or a map with one for each event.
 * @throws QueueError `request_invalid`, `event_unknown`
 */
export const checkHandler = (
  handler: unknown,
  { name, events: all }: QueueDefinition,
  events?: readonly string[],
): void => {
  if (typeof handler === 'function') return;
  if (typeof handler !== 'object' || handler === null) {
    const text = `the third argument is a function or a map with one for each event, not ${typeof handler}.`;
    throw invalidArgument('subscribe', text);
  }
  const expected = events ?? Object.keys(all);
  const surplus = Object.keys(handler).find((event) => !expected.includes(event));
  if (surplus !== undefined) {
    const text = `subscribe: a handler for "${surplus}"; of "${name}" only these events come: ${expected.join(', ')}.`;
    throw new QueueError('event_unknown', text, { details: { queue: name, event: surplus } });
  }
  checkFunctions('subscribe', handler, { what: 'the event', names: expected, queue: name });
};

/** One function for both forms of a handler, once it was checked. */
export const anyHandler = (handler: unknown): AnyHandler => {
  // Safe: its subscription brings only messages of its queue and of the events it asked for, checked against the contract.
  if (typeof handler === 'function') return handler as AnyHandler;
  // Safe: likewise, and each message goes to the handler of its event.
  const byEvent = handler as Readonly<Record<string, AnyHandler>>;
  return (message, context) => {
    const handle = Object.hasOwn(byEvent, message.event) ? byEvent[message.event] : undefined;
    if (handle !== undefined) return handle(message, context);
    throw new QueueError(
      'event_unknown',
      `No handler for the event "${message.event}" of "${message.queue}".`,
    );
  };
};
