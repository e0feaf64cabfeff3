import type { Contract, ErrorBody, JsonText, QueueError } from '@typed-queue/contracts';
import { DEFAULT_STREAM_WINDOW, type Answered, type CallMade } from '@typed-queue/contracts/wire';
import { onAbort } from '../abort-watch.js';
import { BackOff } from '../back-off.js';
import type { Runtime } from '../runtime.js';
import { answeredError, callError, callText } from './call-error.js';
import { deadlineOf } from './inherited-deadline.js';
import type { MadeCall } from './made-call.js';

/** What a call is answered with, but for errors. */
export type Answer = Exclude<Answered, { readonly kind: 'error' }>;

/** Who waits for the answer of a call. */
export interface Receiver {
  /** The answer, or a part of it. */
  readonly take: (answer: Answer) => void;
  /** There will be no answer. */
  readonly fail: (error: QueueError) => void;
}

export interface OpenCallDeps {
  readonly id: number;
  readonly runtime: Pick<Runtime, 'after' | 'random' | 'now'>;
  /** It is to be sent. */
  readonly onWaiting: (call: OpenCall) => void;
  /** The server may forget it. */
  readonly onCancel: (call: OpenCall) => void;
  readonly onEnd: (call: OpenCall) => void;
}

/** The details where the time of who waits for a durable call was over before it had an answer. */
const PENDING = { pending: true };

/** Refusals of a server that has done nothing with the call. */
const RETRIED: readonly string[] = [
  'rate_limited',
  'overloaded',
  'draining',
  'auth_expired',
  'storage_full',
  'storage_unavailable',
  'storage_failed',
];

/**
 * A call until its answer, its deadline, or the abort of its signal.
 * - `waiting`: for a connection, or for the end of the turn.
 * - `sent`: the server has it on the present connection.
 * - `backing-off`: the server refused it for now.
 * - `ended`: its receiver was given the answer, or an error.
 */
export class OpenCall {
  readonly id: number;
  readonly made: MadeCall;
  readonly #deps: OpenCallDeps;
  readonly #receiver: Receiver;
  readonly #deadline: number;
  readonly #stopTimer: () => void;
  readonly #unwatch: () => void;
  #state: 'waiting' | 'sent' | 'backing-off' | 'ended' = 'waiting';
  #backOff: BackOff | undefined;
  /** Whether a responder may have it, or have had it. */
  #mayRun = false;
  /** Why the server refused it last. */
  #refusal: QueueError | undefined;

  constructor(made: MadeCall, receiver: Receiver, deps: OpenCallDeps) {
    const { madeAt, timeoutMs, signal } = made;
    const { id, runtime } = deps;
    this.id = id;
    this.made = made;
    this.#receiver = receiver;
    this.#deps = deps;
    this.#deadline = Math.min(madeAt + timeoutMs, deadlineOf(signal));
    this.#stopTimer = runtime.after(Math.max(0, this.#deadline - runtime.now()), () => this.#expired());
    this.#unwatch = onAbort(signal, () => this.#aborted());
  }

  /** It is being sent now. */
  send(): CallMade<Contract, string> {
    const { id, made } = this;
    this.#state = 'sent';
    this.#mayRun = true;
    return {
      id,
      call: made.name,
      // Without a spread, which is slow.
      callId: made.durable?.callId,
      key: made.durable?.key,
      // Safe: the text of the input, which the server validates.
      input: made.input as JsonText<unknown> | undefined,
      headers: made.headers,
      timeoutMs: Math.max(1, Math.ceil(this.#deadline - this.#deps.runtime.now())),
      ...(made.declaration.answering.kind === 'stream' && { window: DEFAULT_STREAM_WINDOW }),
    };
  }

  answered(answer: Answered): void {
    if (this.#state !== 'sent') return;
    if (answer.kind === 'error') {
      this.#refused(answer.error);
      return;
    }
    if (answer.kind === 'item') this.#stopTimer();
    else this.#end();
    this.#receiver.take(answer);
  }

  /** The connection ended. */
  offline(): void {
    if (this.#state === 'backing-off') this.#wait();
    if (this.#state !== 'sent') return;
    if (this.#isRepeatable) this.#wait();
    else this.fail(this.#unknown('The connection ended before the answer.'));
  }

  /** Nobody waits for the answer any more. */
  cancel(): void {
    const wasSent = this.#state === 'sent';
    this.#end();
    if (wasSent) this.#deps.onCancel(this);
  }

  /** Of what was sent the outcome is unknown. */
  abandon(reason: QueueError): void {
    this.#giveUp(this.#mayRun ? this.#unknown(reason.message, reason.cause ?? reason) : reason);
  }

  fail(error: QueueError): void {
    if (this.#state === 'ended') return;
    this.#end();
    this.#receiver.fail(error);
  }

  #giveUp(error: QueueError): void {
    if (this.#state === 'ended') return;
    if (this.#goesOn) this.#end();
    else this.cancel();
    this.#receiver.fail(error);
  }

  /** A durable call goes on without its caller; who only waits for one that was made before cannot end it. */
  get #goesOn(): boolean {
    const { durable, input } = this.made;
    return durable !== undefined && input !== undefined;
  }

  get #isRepeatable(): boolean {
    const { answering } = this.made.declaration;
    return answering.kind === 'durable' || (answering.kind === 'once' && answering.idempotent);
  }

  #wait(): void {
    this.#backOff?.cancel();
    this.#state = 'waiting';
    this.#deps.onWaiting(this);
  }

  #refused(error: ErrorBody): void {
    const refusal = answeredError(this.made, error);
    if (!RETRIED.includes(error.code)) {
      this.fail(refusal);
      return;
    }
    this.#mayRun = false;
    this.#refusal = refusal;
    this.#state = 'backing-off';
    this.#backOff ??= new BackOff(this.#deps.runtime);
    this.#backOff.retry(() => this.#wait(), error);
  }

  #expired(): void {
    if (!this.#mayRun && this.#refusal !== undefined) {
      this.#giveUp(this.#refusal);
      return;
    }
    const ms = Math.round(this.#deadline - this.made.madeAt);
    const text = `After ${ms} ms the ${callText(this.made)} has no answer`;
    const why = this.#mayRun ? '' : '; there was no connection to send it by';
    const details = this.made.durable === undefined ? undefined : PENDING;
    this.#giveUp(callError(this.made, 'deadline_exceeded', `${text}${why}.`, { details }));
  }

  #aborted(): void {
    const cause: unknown = this.made.signal?.reason;
    if (this.#state === 'sent' && this.#goesOn) this.#deps.onCancel(this);
    const text = `The signal of the ${callText(this.made)} was aborted.`;
    this.abandon(callError(this.made, 'aborted', text, { cause }));
  }

  #unknown(why: string, cause?: unknown): QueueError {
    const text = `${why} The ${callText(this.made)} was sent, and may take effect.`;
    return callError(this.made, 'outcome_unknown', text, { cause });
  }

  #end(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#stopTimer();
    this.#backOff?.cancel();
    this.#unwatch();
    this.#deps.onEnd(this);
  }
}
