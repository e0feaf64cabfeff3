import { QueueError, type AnyMessage } from '@typed-queue/contracts';
import type { Runtime } from '../runtime.js';
import { failureOf } from './failure.js';
import type { Grant } from './grant.js';
import type { AnyHandler } from './handler.js';
import type { KeyQueues } from './key-queues.js';
import type { MessageContext } from './message-context.js';
import { TimeoutList, type TimeoutEntry } from './timeout-list.js';

/** Handlers that run longer are reported once, in milliseconds. */
const SLOW_MS = 60_000;

export interface HandlerFailure {
  readonly message: AnyMessage;
  readonly attempt: number;
  readonly error: unknown;
}

export interface SlowHandler {
  readonly message: AnyMessage;
  readonly attempt: number;
  readonly runningMs: number;
}

export interface HandlerPoolDeps {
  readonly handle: AnyHandler;
  /** How many handlers may run at once. */
  readonly concurrency: number;
  /** Time limit of a handler, in milliseconds. Default: none. */
  readonly timeoutMs?: number | undefined;
  readonly runtime: Pick<Runtime, 'after' | 'now' | 'scope'>;
  readonly lines: Pick<KeyQueues, 'hold' | 'leave'>;
  /** There is something to tell the server. */
  readonly onOutcome: () => void;
  readonly onFailure: (failure: HandlerFailure) => void;
  /** A handler runs longer than a minute: reported once. */
  readonly onSlow: (slow: SlowHandler) => void;
  /** One that took its time is done: others may begin. */
  readonly onEnd: () => void;
}

/** A handler that returned a promise. */
interface Running {
  readonly grant: Grant;
  readonly message: AnyMessage;
  readonly context: MessageContext;
  /** Of the message's ordering key, when it has one. */
  readonly line: number | undefined;
  timedOut: boolean;
  /** Its entries in the watches for slow handlers and for timeouts. */
  slow: TimeoutEntry<Running> | undefined;
  timeout: TimeoutEntry<Running> | undefined;
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  (typeof value === 'object' || typeof value === 'function') &&
  value !== null &&
  'then' in value &&
  typeof value.then === 'function';

/**
 * The running handlers and the outcomes of their messages. A handler that exceeds its timeout counts as ended: its
 * message failed, its slot is free, and its later result is ignored.
 */
export class HandlerPool {
  readonly #deps: HandlerPoolDeps;
  readonly #slow: TimeoutList<Running>;
  readonly #timeouts: TimeoutList<Running> | undefined;
  #atWork = 0;
  #whenIdle: (() => void)[] = [];
  /** Handlers that wait for all others. */
  #callers: (() => void)[] = [];

  constructor(deps: HandlerPoolDeps) {
    const { runtime, timeoutMs } = deps;
    this.#deps = deps;
    this.#slow = new TimeoutList({
      ...{ runtime, limitMs: SLOW_MS },
      onOverdue: ({ message, context: { attempt } }) => deps.onSlow({ message, attempt, runningMs: SLOW_MS }),
    });
    if (timeoutMs === undefined) return;
    const onOverdue = (running: Running): void => this.#timedOut(running, timeoutMs);
    this.#timeouts = new TimeoutList({ runtime, limitMs: timeoutMs, onOverdue });
  }

  /** Whether one more may run. */
  get room(): boolean {
    return this.#atWork < this.#deps.concurrency;
  }
  get busy(): boolean {
    return this.#atWork > 0;
  }
  /** Whether the caller is one of these handlers, as far as the platform can tell. */
  get calling(): boolean {
    return this.busy && this.#deps.runtime.scope.inside(this);
  }

  /** Resolves when no handler runs. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
      this.#wake();
    });
  }

  /** For a calling handler: resolves when no handler runs except those that await this too. */
  othersIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#callers.push(resolve);
      this.#wake();
    });
  }

  /** `line`: of the message's ordering key, when it has one. */
  run(grant: Grant, message: AnyMessage, line?: number): void {
    const { handle, runtime } = this.#deps;
    // A timeout aborts the signal of one message only.
    const context = grant.context(message.seq, line !== undefined || this.#timeouts !== undefined);
    let result: unknown;
    this.#atWork++;
    try {
      result = runtime.scope.run(this, handle, message, context);
    } catch (error) {
      this.#failed(grant, { message, attempt: context.attempt, error }, line);
      this.#left(line);
      return;
    }
    // A handler that is done costs no promise.
    if (isThenable(result)) {
      this.#wait(
        { grant, message, context, line, timedOut: false, slow: undefined, timeout: undefined },
        result,
      );
      return;
    }
    this.#succeeded(grant, message);
    this.#left(line);
  }

  /** Stops the watches for slow handlers and timeouts. */
  stop(): void {
    this.#slow.stop();
    this.#timeouts?.stop();
  }

  #wait(running: Running, result: PromiseLike<unknown>): void {
    const { grant, message, context } = running;
    grant.begin(message.seq, context);
    running.slow = this.#slow.add(running);
    running.timeout = this.#timeouts?.add(running);
    Promise.resolve(result).then(
      () => this.#returned(running),
      (error: unknown) => this.#threw(running, error),
    );
  }

  #returned(running: Running): void {
    const { grant, message } = running;
    if (running.timedOut) return;
    if (grant.end(message.seq)) this.#succeeded(grant, message);
    this.#ended(running);
  }

  #threw(running: Running, error: unknown): void {
    const { grant, message, context, line } = running;
    if (running.timedOut) return;
    // One that was dropped has no outcome, and has been told of: its handler most often fails for that.
    if (grant.end(message.seq)) this.#failed(grant, { message, attempt: context.attempt, error }, line);
    this.#ended(running);
  }

  #timedOut(running: Running, timeoutMs: number): void {
    const { context, message } = running;
    const text = `The handler of message ${message.seq} took longer than ${timeoutMs} ms (handlerTimeoutMs).`;
    const error = new QueueError('handler_timeout', text, { details: { seq: message.seq, timeoutMs } });
    context.abort(error);
    this.#threw(running, error);
    running.timedOut = true;
  }

  #ended(running: Running): void {
    if (running.slow !== undefined) this.#slow.delete(running.slow);
    if (running.timeout !== undefined) this.#timeouts?.delete(running.timeout);
    this.#left(running.line);
    this.#deps.onEnd();
  }

  #left(line: number | undefined): void {
    this.#atWork--;
    if (line !== undefined) this.#deps.lines.leave(line);
    this.#wake();
  }

  #wake(): void {
    if (this.#atWork === 0 && this.#whenIdle.length > 0) {
      const waiting = this.#whenIdle;
      this.#whenIdle = [];
      for (const resolve of waiting) resolve();
    }
    if (this.#callers.length > 0 && this.#atWork <= this.#callers.length) {
      const callers = this.#callers;
      this.#callers = [];
      for (const resolve of callers) resolve();
    }
  }

  #succeeded(grant: Grant, message: AnyMessage): void {
    grant.ack(message.seq);
    this.#deps.onOutcome();
  }

  #failed(grant: Grant, failure: HandlerFailure, line: number | undefined): void {
    const outcome = failureOf(failure.error);
    grant.fail(failure.message.seq, outcome);
    if (line !== undefined && outcome.kind === 'retry') this.#deps.lines.hold(line);
    this.#deps.onOutcome();
    this.#deps.onFailure(failure);
  }
}
