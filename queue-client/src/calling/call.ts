import type {
  AnyFailure,
  CallDeclaration,
  CallName,
  Contract,
  Durable,
  ErrorCode,
  EventFailure,
  Headers,
  QueueError,
  QueueName,
  Stream,
} from '@typed-queue/contracts';
import type { DeclaredFailure } from '../failures/declared-failure.js';

/** How long to wait. */
export interface WaitOptions {
  /**
   * Gives up: the call rejects with `aborted`, or with `outcome_unknown` when it was sent, and is cancelled. With the `signal` of a
   * responder, its deadline holds as well.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * How long to wait for the answer, or for the first item of a stream, in milliseconds from the call on. Default: as the
   * contract declares.
   */
  readonly timeoutMs?: number | undefined;
}

export interface CallOptions extends WaitOptions {
  /** For the responder: who asks, a trace. At most 16 KiB of JSON. */
  readonly headers?: Headers | undefined;
}

/** Of a durable call. */
export interface DurableCallOptions extends CallOptions {
  /**
   * The same call with the same id is the same call, and has one answer: make it again after a crash, or wait for it with
   * `attach`. Up to 255 characters; only the principal that made it gets the answer. Default: a new one.
   */
  readonly id?: string | undefined;
  /** Calls with the same ordering key are handed out one after the other. Up to 255 characters. */
  readonly key?: string | undefined;
}

/** The options of a call. */
export type OptionsOf<C extends Contract, Q extends QueueName<C>, K extends CallName<C, Q>> =
  K extends DurableCallName<C, Q> ? DurableCallOptions : CallOptions;

/** The durable calls of a queue. */
export type DurableCallName<C extends Contract, Q extends QueueName<C>> = {
  [N in Q]: DurableIn<NonNullable<C[N]['calls']>>;
}[Q];

type DurableIn<Calls> = {
  [K in keyof Calls & string]: Calls[K] extends { readonly answering: Durable } ? K : never;
}[keyof Calls & string];

/** The codes of what may go wrong with a call that no contract declares. */
export type CallErrorCode = Extract<
  ErrorCode,
  | 'request_invalid'
  | 'queue_unknown'
  | 'call_unknown'
  | 'payload_invalid'
  | 'schema_changes_value'
  | 'contract_invalid'
  | 'message_too_large'
  | 'unauthorized'
  | 'forbidden'
  | 'host_refused'
  | 'origin_refused'
  | 'transport_unsupported'
  | 'protocol_unsupported'
  | 'server_untrusted'
  | 'auth_expired'
  | 'auth_unavailable'
  | 'draining'
  | 'rate_limited'
  | 'overloaded'
  | 'storage_full'
  | 'storage_unavailable'
  | 'storage_failed'
  | 'internal'
  | 'no_responder'
  | 'call_gone'
  | 'call_failed'
  | 'answer_invalid'
  | 'deadline_exceeded'
  | 'outcome_unknown'
  | 'aborted'
  | 'closed'
>;

/** Of each declared failure, the error with its code and data. */
type FailedCall<Failed extends AnyFailure> = Failed extends AnyFailure ? DeclaredFailure & Failed : never;

/** A failure that only the responder's contract declares. */
interface Undeclared {
  readonly code: 'undeclared';
  readonly data: AnyFailure;
}

/** Why a call failed: as its contract declares, or with an error of the queue. A union discriminated by `code`. */
export type CallError<Failed extends AnyFailure = never> =
  FailedCall<Failed | Undeclared> | (QueueError & { readonly code: CallErrorCode });

/** How a call ended. */
export type Answer<Output, Failed extends AnyFailure = never> = Ok<Output> | NotOk<Failed>;

// Short, since errors show them.
interface Ok<Output> {
  readonly ok: true;
  readonly value: Output;
}

interface NotOk<Failed extends AnyFailure> {
  readonly ok: false;
  readonly error: CallError<Failed>;
}

/** The output of a call. Rejects with a `CallError`. */
export interface CallPromise<Output, Failed extends AnyFailure = never> extends Promise<Output> {
  /** How the call ends: never rejects. */
  readonly answer: Promise<Answer<Output, Failed>>;
}

/** What a call returns: a promise of its output, or, of a streaming call, its outputs for one loop. */
export type Called<C extends Contract, Q extends QueueName<C>, K extends CallName<C, Q>> = {
  [N in Q]: CalledOf<
    NonNullable<C[N]['calls']>[K & keyof NonNullable<C[N]['calls']>],
    EventFailure<C, N, K & CallName<C, N>>
  >;
}[Q];

type CalledOf<Declared, Failed extends AnyFailure> =
  Declared extends CallDeclaration<unknown, infer Output, infer How>
    ? How extends Stream
      ? AsyncIterable<Output>
      : CallPromise<Output, Failed>
    : never;
