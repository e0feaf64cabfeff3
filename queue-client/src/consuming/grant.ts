import type { AnyMessage, QueueError, Range } from '@typed-queue/contracts';
import {
  countSeqs,
  intersectRanges,
  mergeRanges,
  rangesInclude,
  rangesOf,
  subtractRanges,
  type GrantHeader,
  type Settlement,
} from '@typed-queue/contracts/wire';
import type { FrameMessages } from '../messages/lazy-messages.js';
import type { AnyFail } from '../failures/declared-failure.js';
import type { Failure } from './failure.js';
import { MessageContext } from './handler.js';
import { Outcomes } from './outcomes.js';

/** A message that was read and has no outcome yet. One whose handler returned no promise is never among them. */
type MessageState =
  /** An earlier message of its ordering key is unsettled. */
  { readonly kind: 'parked' } | { readonly kind: 'running'; readonly context: MessageContext };

const PARKED: MessageState = { kind: 'parked' };

/** Messages that were removed from a grant. */
export interface Dropped {
  /** Their handlers were running. */
  readonly running: readonly Range[];
  readonly waiting: readonly Range[];
}

interface GrantDeps {
  /** The next request is to extend the lease. */
  readonly onExtend: () => void;
  readonly fail: AnyFail;
}

/**
 * The messages under one lease. A message waits unread in its frame, is then parked or running, and ends with an
 * outcome; a dropped one has none. The grant ends when the server has all outcomes.
 */
export class Grant {
  readonly token: number;
  readonly #messages: FrameMessages;
  readonly #attempts: GrantHeader['attempts'];
  readonly #onExtend: () => void;
  readonly #fail: AnyFail;
  readonly #outcomes = new Outcomes();
  readonly #states = new Map<number, MessageState>();
  /** The index of the next unread message. */
  #next = 0;
  /** Ranges that were dropped unread, and how many of their messages are still ahead. */
  #dropped: readonly Range[] = [];
  #droppedAhead = 0;
  #extend = false;
  #context: MessageContext | undefined;

  constructor(
    { token, attempts }: Pick<GrantHeader, 'token' | 'attempts'>,
    messages: FrameMessages,
    { onExtend, fail }: GrantDeps,
  ) {
    this.token = token;
    this.#messages = messages;
    this.#attempts = attempts;
    this.#fail = fail;
    this.#onExtend = () => {
      this.extend();
      onExtend();
    };
  }

  /** Every message was dropped, or its outcome sent. */
  get done(): boolean {
    return this.#outcomes.empty && this.#open === 0;
  }
  get hasOutcomes(): boolean {
    return !this.#outcomes.empty;
  }
  /** The number of messages without an outcome. */
  get #open(): number {
    return this.#messages.length - this.#next - this.#droppedAhead + this.#states.size;
  }

  /** Reads the next message. */
  next(): AnyMessage | undefined {
    while (this.#next < this.#messages.length) {
      const message = this.#messages.at(this.#next++);
      if (this.#droppedAhead === 0 || message === undefined) return message;
      if (!rangesInclude(this.#dropped, message.seq)) return message;
      this.#droppedAhead--;
    }
    this.#messages.release();
    return undefined;
  }

  park(seq: number): void {
    this.#states.set(seq, PARKED);
  }

  /** False: the message was dropped. */
  unpark(seq: number): boolean {
    return this.#states.delete(seq);
  }

  /** The handler returned a promise. */
  begin(seq: number, context: MessageContext): void {
    this.#states.set(seq, { kind: 'running', context });
  }

  /** The promise is settled. False: the message was dropped, it has no outcome. */
  end(seq: number): boolean {
    return this.#states.delete(seq);
  }

  ack(seq: number): void {
    this.#outcomes.ack(seq);
  }

  fail(seq: number, failure: Failure): void {
    this.#outcomes.fail(seq, failure);
  }

  /** Gives back the messages that no handler has begun. */
  release(): void {
    this.#outcomes.release(this.#notBegun());
    for (const seq of this.#seqs('parked')) this.#states.delete(seq);
    this.#next = this.#messages.length;
    this.#messages.release();
    this.#droppedAhead = 0;
  }

  /** The next request extends the lease. */
  extend(): void {
    this.#extend = true;
  }

  /** Takes out what the next request has to say. */
  settlements(): Settlement[] {
    const settlements = this.#outcomes.take(this.token);
    if (this.#extend && this.#open > 0) {
      // With ranges, so that the server answers which of them are lost.
      settlements.push({ token: this.token, outcome: { kind: 'extend' }, ranges: this.#openRanges() });
    }
    this.#extend = false;
    return settlements;
  }

  /** Removes messages without an outcome. */
  drop(ranges: readonly Range[], reason: QueueError): Dropped {
    const unread = intersectRanges(this.#unread(), ranges);
    this.#dropped = [...this.#dropped, ...unread];
    this.#droppedAhead += countSeqs(unread);
    const parked = this.#seqs('parked').filter((seq) => rangesInclude(ranges, seq));
    for (const seq of parked) this.#states.delete(seq);
    return {
      running: this.#abort(ranges, reason),
      waiting: mergeRanges([...unread, ...rangesOf(parked)]),
    };
  }

  /** The lease may be over: aborts the handlers, and gives back all messages without an outcome. */
  giveBack(reason: QueueError): Dropped {
    const waiting = this.#notBegun();
    this.release();
    const running = this.#abort(this.#openRanges(), reason);
    this.#outcomes.release(running);
    return { running, waiting };
  }

  /** The lease ended. Returns the messages whose outcomes were not sent. */
  lose(reason: QueueError): Range[] {
    const open = this.#openRanges();
    this.drop(open, reason);
    return mergeRanges([...open, ...this.#outcomes.ranges]);
  }

  /** Messages of the same attempt share one context, unless `own`. */
  context(seq: number, own: boolean): MessageContext {
    const attempt = this.#attempts.find(([from, to]) => from <= seq && seq <= to)?.[2] ?? 1;
    if (own) return new MessageContext(attempt, this.#onExtend, this.#fail);
    if (this.#context?.attempt !== attempt)
      this.#context = new MessageContext(attempt, this.#onExtend, this.#fail);
    return this.#context;
  }

  #abort(ranges: readonly Range[], reason: QueueError): Range[] {
    const gone: number[] = [];
    const contexts = new Set<MessageContext>();
    for (const [seq, state] of this.#states) {
      if (state.kind !== 'running' || !rangesInclude(ranges, seq)) continue;
      gone.push(seq);
      contexts.add(state.context);
      this.#states.delete(seq);
    }
    // Running messages that share a context keep their lease: their signal must not abort.
    for (const state of this.#states.values()) {
      if (state.kind === 'running') contexts.delete(state.context);
    }
    for (const context of contexts) {
      context.abort(reason);
      if (context === this.#context) this.#context = undefined;
    }
    return rangesOf(gone);
  }

  #seqs(kind: MessageState['kind']): number[] {
    return [...this.#states].filter(([, state]) => state.kind === kind).map(([seq]) => seq);
  }

  #openRanges(): Range[] {
    return mergeRanges([...rangesOf(this.#states.keys()), ...this.#unread()]);
  }

  #notBegun(): Range[] {
    return mergeRanges([...rangesOf(this.#seqs('parked')), ...this.#unread()]);
  }

  #unread(): Range[] {
    return subtractRanges(this.#messages.seqsFrom(this.#next), this.#dropped);
  }
}
