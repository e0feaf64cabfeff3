import type { AnyMessage, GrantHeader, QueueError, Range, Settlement } from '@typed-queue/contracts';
import type { GrantedMessages } from './granted.js';
import type { HandlerContext } from './handler.js';
import { Outcomes, retryOf } from './outcomes.js';
import { mergeRanges } from './ranges.js';

/**
 * Messages in hand under one lease. Each of them waits, then is at work in a handler, then has an outcome; the
 * grant is done with when the server knows them all, and lost when its lease ended before.
 */
export class Grant {
  readonly token: number;
  readonly #messages: GrantedMessages;
  readonly #attempts: GrantHeader['attempts'];
  readonly #askExtension: () => void;
  readonly #outcomes = new Outcomes();
  readonly #atWork = new Set<number>();
  #next = 0;
  #extend = false;
  #lost: QueueError | undefined;
  #controller: AbortController | undefined;
  #context: HandlerContext | undefined;

  constructor(
    { token, attempts }: Pick<GrantHeader, 'token' | 'attempts'>,
    messages: GrantedMessages,
    onExtend: () => void,
  ) {
    this.token = token;
    this.#messages = messages;
    this.#attempts = attempts;
    this.#askExtension = () => {
      this.extend();
      onExtend();
    };
  }

  /** Whether every outcome was taken away to be told. */
  get done(): boolean {
    return this.#outcomes.empty && this.#open === 0;
  }
  get hasOutcomes(): boolean {
    return !this.#outcomes.empty;
  }
  /** Why the lease ended, when it did. */
  get lost(): QueueError | undefined {
    return this.#lost;
  }
  /** Messages without an outcome. */
  get #open(): number {
    return this.#messages.length - this.#next + this.#atWork.size;
  }

  /** The next message that waits for a handler. */
  take(): AnyMessage | undefined {
    return this.#next < this.#messages.length ? this.#messages.at(this.#next++) : undefined;
  }

  /** A handler took its time: its outcome comes later. */
  begin(seq: number): void {
    this.#atWork.add(seq);
  }

  ack(seq: number): void {
    this.#atWork.delete(seq);
    this.#outcomes.ack(seq);
  }

  retry(seq: number, error: unknown): void {
    this.#atWork.delete(seq);
    this.#outcomes.retry(seq, retryOf(error));
  }

  /** Gives back what no handler has taken. */
  release(): void {
    if (this.#lost === undefined) this.#outcomes.release(this.#waitingRanges());
    this.#next = this.#messages.length;
  }

  /** Has the lease extended with the outcomes that are told next. */
  extend(): void {
    this.#extend = true;
  }

  /** What the server is to be told since the last time. */
  settlements(): Settlement[] {
    const settlements = this.#outcomes.take(this.token);
    if (this.#extend && this.#open > 0) {
      // Named, so that the server says which of them are lost.
      settlements.push({ token: this.token, outcome: { kind: 'extend' }, ranges: this.#openRanges() });
    }
    this.#extend = false;
    return settlements;
  }

  /** The lease ended: nothing more is to be told. Returns what the server had not been told of. */
  lose(reason: QueueError): Range[] {
    const ranges = mergeRanges([...this.#openRanges(), ...this.#outcomes.ranges]);
    this.#lost = reason;
    this.#next = this.#messages.length;
    this.#controller?.abort(reason);
    return ranges;
  }

  /** For a handler. Most messages of a grant share one. */
  context(seq: number): HandlerContext {
    const attempt = this.#attempts.find(([from, to]) => from <= seq && seq <= to)?.[2] ?? 1;
    if (this.#context?.attempt !== attempt) {
      this.#context = new GrantContext(attempt, this.#askExtension, () => this.#signal());
    }
    return this.#context;
  }

  #signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#lost !== undefined) this.#controller.abort(this.#lost);
    }
    return this.#controller.signal;
  }

  #openRanges(): Range[] {
    return mergeRanges([...[...this.#atWork].map((seq): Range => [seq, seq]), ...this.#waitingRanges()]);
  }

  #waitingRanges(): Range[] {
    const waiting: Range[] = [];
    for (let place = this.#next; place < this.#messages.length; place++) {
      const seq = this.#messages.at(place)?.seq;
      if (seq !== undefined) waiting.push([seq, seq]);
    }
    return mergeRanges(waiting);
  }
}

class GrantContext implements HandlerContext {
  readonly attempt: number;
  readonly extend: () => void;
  readonly #signal: () => AbortSignal;

  constructor(attempt: number, extend: () => void, signal: () => AbortSignal) {
    this.attempt = attempt;
    this.extend = extend;
    this.#signal = signal;
  }

  get signal(): AbortSignal {
    return this.#signal();
  }
}
