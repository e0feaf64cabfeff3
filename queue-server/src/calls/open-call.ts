import type { AnyFailure, Headers, JsonText, QueueError } from '@typed-queue/contracts';
import { MAX_STREAM_WINDOW, type After, type CallEnd, type StreamPart } from '@typed-queue/contracts/wire';
import { waiting, type CallResult, type CallState } from './call-state.js';
import { CallTimers } from './call-timers.js';
import type { Responder } from './responders.js';

export interface CallClock {
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly after: After;
}

/** A call that is made. */
export interface NewCall {
  readonly name: string;
  readonly input: JsonText<unknown>;
  /** For its responder. */
  readonly headers?: Headers | undefined;
  /** Of its caller's time, in milliseconds; of a stream, until its first item. */
  readonly timeoutMs: number;
  readonly idempotent: boolean;
  /**
   * It is stored: it waits for a responder until its time is over, its attempts are counted by its group, and who stored it
   * counts how it ended. Default: it is not, and this is the first attempt.
   */
  readonly durable?: { readonly attempt: number; readonly id: string } | undefined;
  /** Of a stream: how many items its caller takes before it asks for more. */
  readonly window?: number | undefined;
  /** How long it waits after a failure at an attempt, in milliseconds; undefined: it is not retried. */
  readonly retryDelayMs: (failure: AnyFailure, attempt: number) => number | undefined;
}

/** The caller's end of a call. */
export interface Caller {
  readonly onItem: (output: JsonText<unknown>) => void;
  readonly onEnd: (result: CallResult) => void;
}

/** What a responder is handed. */
export interface HandedOut {
  readonly name: string;
  readonly input: JsonText<unknown>;
  readonly headers: Headers | undefined;
  readonly attempt: number;
  /** Of a durable call: the same at each attempt, and of no other call. */
  readonly id: string | undefined;
  /** Of the caller's time, in whole milliseconds. */
  readonly remainingMs: number;
  readonly window: number | undefined;
  /** Until the reply that ends the invocation, it takes a place of its responder. */
  readonly reply: (reply: CallEnd | StreamPart) => void;
}

/** The responder's end of an invocation. */
export interface Invoked {
  /** Nobody waits for the reply any more. */
  end(): void;
  /** Extends the window of the stream by this number of items. */
  more(items: number): void;
}

/** A responder's end of its connection. */
export interface RespondingConnection extends Responder {
  invoke(invocation: HandedOut): Invoked;
}

/** A call until it ended. */
export interface MadeCall {
  /** `why`: where its caller still waits for the answer. */
  cancel(why?: QueueError): void;
  /** Its caller is gone: a durable call goes on. */
  leave(): void;
  /** Extends the window of the stream. False: it would be too large, or the call is no stream. */
  more(items: number): boolean;
}

/** A call until it ended. Fields instead of a copy of what was made: an object that is spread is slow. */
export class OpenCall {
  readonly made: NewCall;
  readonly caller: Caller;
  readonly deadline: number;
  readonly timers: CallTimers;
  state: CallState;
  invoked: Invoked | undefined;
  /** Of a stream: how many more items its caller takes. */
  window: number | undefined;
  /** An item was sent: the stream cannot be tried again. */
  hasItems = false;

  constructor(made: NewCall, caller: Caller, { now, after }: CallClock) {
    this.made = made;
    this.caller = caller;
    this.deadline = now() + made.timeoutMs;
    this.timers = new CallTimers(after);
    this.window = made.window;
    this.state = waiting(made.durable?.attempt);
  }

  /** Extends the window. False: it would be too large, or the call is no stream. */
  takeMore(items: number): boolean {
    if (this.window === undefined || this.window + items > MAX_STREAM_WINDOW) return false;
    this.window += items;
    this.invoked?.more(items);
    return true;
  }
}
