import { QueueError, type AnyMessage } from '@typed-queue/contracts';
import type { Runtime } from '../runtime.js';
import { Waiters } from '../deferred.js';
import { isFailure } from './failure.js';
import type { Grant } from './grant.js';
import type { AnyHandler, MessageContext } from './handler.js';
import type { KeyQueues } from './key-queues.js';
import type { FailedDelivery, HandlerFailure } from './handler-outcome.js';
import { TimeoutList, type TimeoutEntry } from './timeout-list.js';

/** Handlers that run longer are reported once. Milliseconds. */
const SLOW_MS = 60_000;

export interface SlowHandler {
  readonly message: AnyMessage;
  readonly attempt: number;
  readonly runningMs: number;
}

export interface HandlerPoolDeps {
  readonly handle: AnyHandler;
  /** The most handlers that run at once. */
  readonly concurrency: number;
  /** Time limit of a handler, in milliseconds. Default: none. */
  readonly timeoutMs?: number | undefined;
  readonly runtime: Pick<Runtime, 'after' | 'now' | 'scope'>;
  readonly keyQueues: Pick<KeyQueues, 'hold' | 'leave'>;
  /** There is an outcome to send. */
  readonly onOutcome: () => void;
  readonly judge: (failure: HandlerFailure) => FailedDelivery;
  readonly onFailure: (failed: FailedDelivery) => void;
  /** A handler runs longer than a minute: called once. */
  readonly onSlow: (slow: SlowHandler) => void;
  /** A handler that returned a promise ended: the next may begin. */
  readonly onEnd: () => void;
}

/** A handler that returned a promise. */
interface Running {
  readonly grant: Grant;
  readonly message: AnyMessage;
  readonly context: MessageContext;
  /** Of the message's ordering key. */
  readonly keyHash: number | undefined;
  timedOut: boolean;
  slow: TimeoutEntry<Running> | undefined;
  timeout: TimeoutEntry<Running> | undefined;
}

export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  (typeof value === 'object' || typeof value === 'function') &&
  value !== null &&
  'then' in value &&
  typeof value.then === 'function';

/**
 * The running handlers. One that exceeds its timeout counts as ended: its message failed, its slot is free, and its
 * later result is ignored.
 */
export class HandlerPool {
  readonly #deps: HandlerPoolDeps;
  readonly #slow: TimeoutList<Running>;
  readonly #timeouts: TimeoutList<Running> | undefined;
  #running = 0;
  readonly #idleWaiters = new Waiters();
  /** Handlers that wait for all others. */
  readonly #callers = new Waiters();

  constructor(deps: HandlerPoolDeps) {
    const { runtime, timeoutMs } = deps;
    this.#deps = deps;
    this.#slow = new TimeoutList({
      runtime,
      limitMs: SLOW_MS,
      onTimeout: ({ message, context: { attempt } }) => deps.onSlow({ message, attempt, runningMs: SLOW_MS }),
    });
    if (timeoutMs === undefined) return;
    const onTimeout = (running: Running): void => this.#timedOut(running, timeoutMs);
    this.#timeouts = new TimeoutList({ runtime, limitMs: timeoutMs, onTimeout });
  }

  get hasFreeSlot(): boolean {
    return this.#running < this.#deps.concurrency;
  }
  get busy(): boolean {
    return this.#running > 0;
  }
  /** Whether the caller is one of these handlers, as far as the platform knows. */
  get calling(): boolean {
    return this.busy && this.#deps.runtime.scope.inside(this);
  }

  /** Resolves when no handler runs. */
  idle(): Promise<void> {
    const idle = this.#idleWaiters.wait();
    this.#wake();
    return idle;
  }

  /** For a calling handler: resolves when no handler runs except those that await this too. */
  othersIdle(): Promise<void> {
    const idle = this.#callers.wait();
    this.#wake();
    return idle;
  }

  run(grant: Grant, message: AnyMessage, keyHash?: number): void {
    const { handle, runtime } = this.#deps;
    // A timeout aborts the signal of one message only.
    const context = grant.context(message.seq, keyHash !== undefined || this.#timeouts !== undefined);
    let result: unknown;
    this.#running++;
    try {
      result = runtime.scope.run(this, handle, message, context);
      if (isFailure(result)) throw result;
    } catch (error) {
      this.#failed(grant, { message, attempt: context.attempt, error }, keyHash);
      this.#freeSlot(keyHash);
      return;
    }
    // A synchronous handler costs no promise.
    if (isThenable(result)) {
      this.#wait(
        { grant, message, context, keyHash, timedOut: false, slow: undefined, timeout: undefined },
        result,
      );
      return;
    }
    this.#succeeded(grant, message);
    this.#freeSlot(keyHash);
  }

  /** Stops all timers. */
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
      (value) => (isFailure(value) ? this.#threw(running, value) : this.#returned(running)),
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
    const { grant, message, context, keyHash } = running;
    if (running.timedOut) return;
    // A dropped message was reported as lost already: its aborted signal is most often why the handler failed.
    if (grant.end(message.seq)) this.#failed(grant, { message, attempt: context.attempt, error }, keyHash);
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
    this.#freeSlot(running.keyHash);
    this.#deps.onEnd();
  }

  #freeSlot(keyHash: number | undefined): void {
    this.#running--;
    if (keyHash !== undefined) this.#deps.keyQueues.leave(keyHash);
    this.#wake();
  }

  #wake(): void {
    if (this.#running === 0 && this.#idleWaiters.count > 0) this.#idleWaiters.release();
    const { count } = this.#callers;
    if (count > 0 && this.#running <= count) this.#callers.release();
  }

  #succeeded(grant: Grant, message: AnyMessage): void {
    grant.ack(message.seq);
    this.#deps.onOutcome();
  }

  #failed(grant: Grant, failure: HandlerFailure, keyHash: number | undefined): void {
    const failed = this.#deps.judge(failure);
    const { message, outcome } = failed;
    grant.fail(message.seq, outcome);
    if (keyHash !== undefined && outcome.kind === 'retry') this.#deps.keyQueues.hold(keyHash);
    this.#deps.onOutcome();
    this.#deps.onFailure(failed);
  }
}
