import { QueueError, type ErrorCode } from '@typed-queue/contracts';
import type { CallEnd } from '@typed-queue/contracts/wire';

/** How a call ended; a stream also just ends. */
export type CallResult = CallEnd | { readonly kind: 'end' };

/**
 * The state of one call in memory.
 *
 * waiting      For a responder with a free place: `handed-out` makes it running.
 * running      A responder has it: `replied` ends it, or, after a failure that is retried, makes it wait out a back-off;
 *              `lost`, when its connection ended without a reply, makes it wait again if the call is idempotent, and
 *              otherwise ends it.
 * backing-off  It failed in a way that is retried: `due` makes it wait again.
 * ended        Final: replied, or `cancelled`, or its time was over (`expired`), or nobody answers it (`unanswerable`), or
 *              the server shut down before a responder had it (`drained`).
 */
export type CallState =
  | { readonly kind: 'waiting'; readonly attempt: number }
  | { readonly kind: 'running'; readonly attempt: number; readonly responder: string }
  | {
      readonly kind: 'backing-off';
      readonly attempt: number;
      readonly dueAt: number;
      readonly last: CallResult;
    }
  | { readonly kind: 'ended'; readonly result: CallResult };

export type CallEvent =
  | { readonly kind: 'handed-out'; readonly responder: string }
  /** `retryAt`: when a failure that is retried is due, by the clock of the server. */
  | {
      readonly kind: 'replied';
      readonly responder: string;
      readonly result: CallResult;
      readonly retryAt?: number | undefined;
    }
  | { readonly kind: 'lost'; readonly responder: string; readonly idempotent: boolean }
  | { readonly kind: 'due'; readonly now: number }
  /** `why`: for a caller that still waits. */
  | { readonly kind: 'cancelled'; readonly why?: QueueError | undefined }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unanswerable' }
  | { readonly kind: 'drained' };

export const waiting = (attempt = 1): CallState => ({ kind: 'waiting', attempt });

/** The next state. A pair that means nothing returns the same object. */
export const transition = (state: CallState, event: CallEvent): CallState => {
  if (state.kind === 'ended') return state;
  switch (event.kind) {
    case 'handed-out':
      return state.kind === 'waiting'
        ? { kind: 'running', attempt: state.attempt, responder: event.responder }
        : state;
    case 'replied':
      return isWith(state, event.responder) ? replied(state, event) : state;
    case 'lost':
      return isWith(state, event.responder) ? lost(state, event.idempotent) : state;
    case 'due':
      return state.kind === 'backing-off' && state.dueAt <= event.now
        ? { kind: 'waiting', attempt: state.attempt }
        : state;
    case 'cancelled':
    case 'expired':
    case 'unanswerable':
    case 'drained':
      return withoutReply(state, event);
    default:
      return event satisfies never;
  }
};

type Open = Exclude<CallState, { readonly kind: 'ended' }>;
type Ending = Extract<CallEvent, { readonly kind: 'cancelled' | 'expired' | 'unanswerable' | 'drained' }>;

const withoutReply = (state: Open, event: Ending): CallState => {
  switch (event.kind) {
    case 'cancelled':
      return endedWith(event.why ?? aborted());
    case 'expired':
      return state.kind === 'backing-off'
        ? { kind: 'ended', result: state.last }
        : endedWith(deadlineExceeded());
    case 'unanswerable':
      return state.kind === 'waiting' ? ended('no_responder', NO_RESPONDER) : state;
    case 'drained':
      return state.kind === 'waiting' ? ended('draining', 'The server is shutting down.') : state;
    default:
      return event satisfies never;
  }
};

export const aborted = (): QueueError => new QueueError('aborted', 'The caller no longer waits.');
export const deadlineExceeded = (): QueueError =>
  new QueueError('deadline_exceeded', 'The time of the call was over before its answer.');

const NO_RESPONDER =
  'Nobody serves this call, and nobody began to while it waited. Start a responder, or try again.';

type Running = CallState & { readonly kind: 'running' };

/** A reply or a loss counts only for the responder that has the call now. */
const isWith = (state: CallState, responder: string): state is Running =>
  state.kind === 'running' && state.responder === responder;

const replied = (
  { attempt }: Running,
  { result, retryAt }: CallEvent & { readonly kind: 'replied' },
): CallState =>
  retryAt === undefined
    ? { kind: 'ended', result }
    : { kind: 'backing-off', attempt: attempt + 1, dueAt: retryAt, last: result };

const lost = ({ attempt }: Running, idempotent: boolean): CallState =>
  idempotent
    ? { kind: 'waiting', attempt: attempt + 1 }
    : ended('outcome_unknown', 'The connection of the responder ended before its answer.');

const ended = (code: ErrorCode, reason: string): CallState => endedWith(new QueueError(code, reason));

const endedWith = (error: QueueError): CallState => ({
  kind: 'ended',
  result: { kind: 'error', error: error.toJSON() },
});
