import type { AnyMessage, GrantHeader, QueueError, Range, Settlement } from '@typed-queue/contracts';
import { Grant } from './grant.js';
import type { GrantedMessages } from './granted.js';
import type { AnyHandler } from './handler.js';
import { RetryAfter } from './retry-after.js';

export interface HandlerFailure {
  readonly message: AnyMessage;
  readonly attempt: number;
  readonly error: unknown;
}

export interface WorkParts {
  readonly handle: AnyHandler;
  /** How many handlers may run at once. */
  readonly concurrency: number;
  /** There is something to tell the server. */
  readonly onOutcome: () => void;
  readonly onFailure: (failure: HandlerFailure) => void;
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** The grants of one subscription and the handlers at work on them: in the order of grants, and of seqs in each. */
export class Work {
  readonly #parts: WorkParts;
  readonly #grants = new Map<number, Grant>();
  /** Those with messages that wait for a handler. */
  readonly #ready: Grant[] = [];
  #atWork = 0;
  #stopped = false;
  #whenIdle: (() => void)[] = [];

  constructor(parts: WorkParts) {
    this.#parts = parts;
  }

  /** The leases in hand. */
  get tokens(): readonly number[] {
    return [...this.#grants.keys()];
  }
  /** Whether handlers are running. */
  get busy(): boolean {
    return this.#atWork > 0;
  }
  /** Whether outcomes wait to be told. */
  get untold(): boolean {
    return [...this.#grants.values()].some((grant) => grant.hasOutcomes);
  }

  accept(header: GrantHeader, messages: GrantedMessages): void {
    const grant = new Grant(header, messages, this.#parts.onOutcome);
    this.#grants.set(grant.token, grant);
    this.#ready.push(grant);
    this.#fill();
  }

  /** Has all leases extended with the outcomes that are told next. */
  extend(): void {
    for (const grant of this.#grants.values()) grant.extend();
    if (this.#grants.size > 0) this.#parts.onOutcome();
  }

  /** What the server is to be told since the last time. */
  settlements(): readonly Settlement[] {
    return [...this.#grants.values()].flatMap((grant) => grant.settlements());
  }

  /** The server knows everything it was told: grants without more are done with. */
  told(): void {
    for (const [token, grant] of this.#grants) {
      if (grant.done) this.#grants.delete(token);
    }
  }

  /** A lease ended. Returns what the server had not been told of. */
  lose(token: number, reason: QueueError): readonly Range[] {
    const ranges = this.#grants.get(token)?.lose(reason) ?? [];
    this.#grants.delete(token);
    return ranges;
  }

  /** Starts no more handlers. */
  stop(): void {
    this.#stopped = true;
  }

  /** Gives back what no handler has taken; for work that is stopped. */
  release(): void {
    for (const grant of this.#grants.values()) grant.release();
    if (this.untold) this.#parts.onOutcome();
  }

  /** Resolves when no handler runs. */
  idle(): Promise<void> {
    if (!this.busy) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #fill(): void {
    while (!this.#stopped && this.#atWork < this.#parts.concurrency) {
      const [grant] = this.#ready;
      if (grant === undefined) return;
      const message = grant.take();
      if (message === undefined) this.#ready.shift();
      else this.#run(grant, message);
    }
  }

  #run(grant: Grant, message: AnyMessage): void {
    const context = grant.context(message.seq);
    let result: unknown;
    try {
      result = this.#parts.handle(message, context);
    } catch (error) {
      this.#failed(grant, { message, attempt: context.attempt, error });
      return;
    }
    // A handler that is done costs no promise.
    if (isThenable(result)) this.#wait(grant, message, context.attempt, result);
    else this.#succeeded(grant, message);
  }

  #wait(grant: Grant, message: AnyMessage, attempt: number, result: PromiseLike<unknown>): void {
    this.#atWork++;
    grant.begin(message.seq);
    Promise.resolve(result).then(
      () => this.#finish(() => this.#succeeded(grant, message)),
      (error: unknown) => this.#finish(() => this.#failed(grant, { message, attempt, error })),
    );
  }

  #finish(say: () => void): void {
    this.#atWork--;
    say();
    this.#fill();
    if (this.busy) return;
    const waiting = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of waiting) resolve();
  }

  #succeeded(grant: Grant, message: AnyMessage): void {
    grant.ack(message.seq);
    this.#parts.onOutcome();
  }

  #failed(grant: Grant, failure: HandlerFailure): void {
    const { message, error } = failure;
    grant.retry(message.seq, error);
    this.#parts.onOutcome();
    const expected = error instanceof RetryAfter || (grant.lost !== undefined && error === grant.lost);
    if (!expected) this.#parts.onFailure(failure);
  }
}
