import type { AnyMessage } from '@typed-queue/contracts';
import { failureOf } from './failure.js';
import type { Grant } from './grant.js';
import type { AnyHandler } from './handler.js';
import type { KeyLines } from './key-lines.js';

export interface HandlerFailure {
  readonly message: AnyMessage;
  readonly attempt: number;
  readonly error: unknown;
}

export interface HandlersParts {
  readonly handle: AnyHandler;
  /** How many handlers may run at once. */
  readonly concurrency: number;
  readonly lines: Pick<KeyLines, 'hold' | 'leave'>;
  /** There is something to tell the server. */
  readonly onOutcome: () => void;
  readonly onFailure: (failure: HandlerFailure) => void;
  /** One that took its time is done: others may begin. */
  readonly onEnd: () => void;
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** The handlers at work, and what becomes of their messages. */
export class Handlers {
  readonly #parts: HandlersParts;
  #atWork = 0;
  #whenIdle: (() => void)[] = [];

  constructor(parts: HandlersParts) {
    this.#parts = parts;
  }

  /** Whether one more may run. */
  get room(): boolean {
    return this.#atWork < this.#parts.concurrency;
  }
  get busy(): boolean {
    return this.#atWork > 0;
  }

  /** Resolves when no handler runs. */
  idle(): Promise<void> {
    if (!this.busy) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** `line`: of the message's ordering key, when it has one. */
  run(grant: Grant, message: AnyMessage, line?: number): void {
    const context = grant.context(message.seq, line !== undefined);
    let result: unknown;
    try {
      result = this.#parts.handle(message, context);
    } catch (error) {
      this.#failed(grant, { message, attempt: context.attempt, error }, line);
      this.#leave(line);
      return;
    }
    // A handler that is done costs no promise.
    if (isThenable(result)) {
      grant.begin(message.seq, context);
      this.#wait(grant, { message, attempt: context.attempt }, result, line);
      return;
    }
    this.#succeeded(grant, message);
    this.#leave(line);
  }

  #wait(
    grant: Grant,
    begun: Omit<HandlerFailure, 'error'>,
    result: PromiseLike<unknown>,
    line: number | undefined,
  ): void {
    this.#atWork++;
    Promise.resolve(result).then(
      () => {
        if (grant.end(begun.message.seq)) this.#succeeded(grant, begun.message);
        this.#ended(line);
      },
      (error: unknown) => {
        // One that was dropped has no outcome, and has been told of: its handler most often fails for that.
        if (grant.end(begun.message.seq)) this.#failed(grant, { ...begun, error }, line);
        this.#ended(line);
      },
    );
  }

  #ended(line: number | undefined): void {
    this.#atWork--;
    this.#leave(line);
    this.#parts.onEnd();
    if (this.busy) return;
    const waiting = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of waiting) resolve();
  }

  #leave(line: number | undefined): void {
    if (line !== undefined) this.#parts.lines.leave(line);
  }

  #succeeded(grant: Grant, message: AnyMessage): void {
    grant.ack(message.seq);
    this.#parts.onOutcome();
  }

  #failed(grant: Grant, failure: HandlerFailure, line: number | undefined): void {
    const outcome = failureOf(failure.error);
    grant.fail(failure.message.seq, outcome);
    if (line !== undefined && outcome.kind === 'retry') this.#parts.lines.hold(line);
    this.#parts.onOutcome();
    this.#parts.onFailure(failure);
  }
}
