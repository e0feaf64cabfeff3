import type { AnyMessage, QueueError, Range } from '@typed-queue/contracts';
import type { GrantHeader, Settlement } from '@typed-queue/contracts/wire';
import type { Failure } from './failure.js';
import type { GrantedMessages } from './granted.js';
import { MessageContext } from './message-context.js';
import { Outcomes } from './outcomes.js';
import { commonRanges, countSeqs, mergeRanges, rangesHave, withoutRanges } from './ranges.js';

/** Messages that were taken out of the hand. */
export interface Dropped {
  /** A handler was at work on them. */
  readonly begun: readonly Range[];
  readonly waiting: readonly Range[];
}

const rangesOf = (seqs: readonly number[]): Range[] => mergeRanges(seqs.map((seq): Range => [seq, seq]));

/**
 * Messages in hand under one lease. Each of them waits, then (when others of its ordering key are before it) is
 * parked, then is at work in a handler, then has an outcome; one that is dropped has none. The grant is done with
 * when the server knows all outcomes.
 */
export class Grant {
  readonly token: number;
  readonly #messages: GrantedMessages;
  readonly #attempts: GrantHeader['attempts'];
  readonly #askExtension: () => void;
  readonly #outcomes = new Outcomes();
  readonly #parked = new Set<number>();
  readonly #atWork = new Map<number, MessageContext>();
  /** Dropped while they waited; of them so many are still to be passed over. */
  #dropped: readonly Range[] = [];
  #passOver = 0;
  #next = 0;
  #extend = false;
  #context: MessageContext | undefined;

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
  /** Messages without an outcome. */
  get #open(): number {
    const waiting = this.#messages.length - this.#next - this.#passOver;
    return waiting + this.#parked.size + this.#atWork.size;
  }

  /** The next message that waits. */
  take(): AnyMessage | undefined {
    while (this.#next < this.#messages.length) {
      const message = this.#messages.at(this.#next++);
      if (this.#passOver === 0 || message === undefined) return message;
      if (!rangesHave(this.#dropped, message.seq)) return message;
      this.#passOver--;
    }
    return undefined;
  }

  /** Others of its key are before it. */
  park(seq: number): void {
    this.#parked.add(seq);
  }

  /** Its turn has come. False: it is no longer in hand. */
  unpark(seq: number): boolean {
    return this.#parked.delete(seq);
  }

  /** A handler takes its time: the outcome comes later. */
  begin(seq: number, context: MessageContext): void {
    this.#atWork.set(seq, context);
  }

  /** The handler came to its end. False: the message is no longer in hand, it has no outcome. */
  end(seq: number): boolean {
    return this.#atWork.delete(seq);
  }

  ack(seq: number): void {
    this.#outcomes.ack(seq);
  }

  fail(seq: number, failure: Failure): void {
    this.#outcomes.fail(seq, failure);
  }

  /** Gives back what no handler has taken. */
  release(): void {
    this.#outcomes.release(this.#untaken());
    this.#parked.clear();
    this.#next = this.#messages.length;
    this.#passOver = 0;
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

  /** These are no longer held here: they have no outcome. */
  drop(ranges: readonly Range[], reason: QueueError): Dropped {
    const waiting = commonRanges(this.#waitingRanges(), ranges);
    this.#dropped = [...this.#dropped, ...waiting];
    this.#passOver += countSeqs(waiting);
    const parked = [...this.#parked].filter((seq) => rangesHave(ranges, seq));
    for (const seq of parked) this.#parked.delete(seq);
    return {
      begun: this.#abort(ranges, reason),
      waiting: mergeRanges([...waiting, ...rangesOf(parked)]),
    };
  }

  /** The lease ended: nothing more is to be told. Returns what the server had not been told of. */
  lose(reason: QueueError): Range[] {
    const open = this.#openRanges();
    this.drop(open, reason);
    return mergeRanges([...open, ...this.#outcomes.ranges]);
  }

  /** For a handler. `own`: shared with no other message. */
  context(seq: number, own: boolean): MessageContext {
    const attempt = this.#attempts.find(([from, to]) => from <= seq && seq <= to)?.[2] ?? 1;
    if (own) return new MessageContext(attempt, this.#askExtension);
    if (this.#context?.attempt !== attempt) this.#context = new MessageContext(attempt, this.#askExtension);
    return this.#context;
  }

  #abort(ranges: readonly Range[], reason: QueueError): Range[] {
    const gone = [...this.#atWork].filter(([seq]) => rangesHave(ranges, seq));
    for (const [seq] of gone) this.#atWork.delete(seq);
    const needed = new Set(this.#atWork.values());
    for (const [, context] of gone) {
      // Others that share it go on: to them the signal would be wrong.
      if (needed.has(context)) continue;
      context.abort(reason);
      if (context === this.#context) this.#context = undefined;
    }
    return rangesOf(gone.map(([seq]) => seq));
  }

  #openRanges(): Range[] {
    return mergeRanges([...rangesOf([...this.#atWork.keys()]), ...this.#untaken()]);
  }

  /** What no handler has taken. */
  #untaken(): Range[] {
    return mergeRanges([...rangesOf([...this.#parked]), ...this.#waitingRanges()]);
  }

  #waitingRanges(): Range[] {
    return withoutRanges(this.#messages.seqsFrom(this.#next), this.#dropped);
  }
}
