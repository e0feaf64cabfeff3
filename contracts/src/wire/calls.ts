/**
 * Calls: request and reply. Requests and replies come as arrays, each with the JSON texts of its inputs or outputs, so that
 * many share a packet and nothing is encoded twice; `call` is the form for one, with plain values and an acknowledgement.
 */
import type { CallDeclaration } from '../call.js';
import type { CallName, Contract, QueueName } from '../contract.js';
import type { ErrorBody } from '../errors.js';
import type { AnyFailure } from '../failures.js';
import type { JsonText } from '../json-text.js';
import type { Headers } from '../message.js';
import type { Result } from '../result.js';

/** What is sent with a call of a queue. */
export type Input<C extends Contract, Q extends QueueName<C>, K extends CallName<C, Q>> = {
  [N in Q]: NonNullable<C[N]['calls']>[K & keyof NonNullable<C[N]['calls']>] extends CallDeclaration<
    infer Body
  >
    ? Body
    : never;
}[Q];

/** What answers a call of a queue. */
export type Output<C extends Contract, Q extends QueueName<C>, K extends CallName<C, Q>> = {
  [N in Q]: NonNullable<C[N]['calls']>[K & keyof NonNullable<C[N]['calls']>] extends CallDeclaration<
    unknown,
    infer Body
  >
    ? Body
    : never;
}[Q];

/** One call in plain JSON. */
type CallRequest<C extends Contract, Q extends QueueName<C>> = {
  [K in CallName<C, Q>]: {
    readonly call: K;
    /** Absent: of a durable call, that of this `callId` is waited for. */
    readonly input?: Input<C, Q, K>;
    /** For its responder. */
    readonly headers?: Headers | undefined;
    /** How long the caller waits, in milliseconds. Default: as declared. */
    readonly timeoutMs?: number | undefined;
  } & DurableRequest;
}[CallName<C, Q>];

/** Of a durable call. */
interface DurableRequest {
  /**
   * The id of the call, of 1 to 255 characters: the same call and principal with the same id is the same call, and has one
   * answer. Default: one of the server.
   */
  readonly callId?: string | undefined;
  /** Calls with the same ordering key are handed out one after the other. */
  readonly key?: string | undefined;
}

/** How a call ended, but for errors: with its output, or in a way that the contract declares. */
export type CallAnswer<Body = unknown> =
  | { readonly kind: 'output'; readonly output: Body }
  | { readonly kind: 'failure'; readonly failure: AnyFailure; readonly reason: string };

/** How a call ended. */
export type CallEnd<Body = JsonText<unknown>> =
  CallAnswer<Body> | { readonly kind: 'error'; readonly error: ErrorBody };

/** A part of the answer of a streaming call. After `end`, or after a failure or an error, nothing follows. */
export type StreamPart<Body = JsonText<unknown>> =
  { readonly kind: 'item'; readonly output: Body } | { readonly kind: 'end' };

/** One of several calls. */
export type CallMade<C extends Contract, Q extends QueueName<C>> = {
  [K in CallName<C, Q>]: {
    /** The caller's number for it, of no other open call of its connection. */
    readonly id: number;
    readonly call: K;
    /** Absent: of a durable call, that of this `callId` is waited for. */
    readonly input?: JsonText<Input<C, Q, K>> | undefined;
    /** For its responder. */
    readonly headers?: Headers | undefined;
    /** How long the caller waits, in milliseconds; for a stream, until its first item. Default: as declared. */
    readonly timeoutMs?: number | undefined;
    /** Of a streaming call: how many items may be sent before `call:more`. Default: 64. */
    readonly window?: number | undefined;
  } & DurableRequest;
}[CallName<C, Q>];

/** To the caller: how one of its calls ended, or a part of a stream. */
export type Answered = { readonly id: number } & (CallEnd | StreamPart);

/** From a responder: how it answers an invocation, or a part of a stream. */
export type Reply = { readonly token: number } & (CallEnd | StreamPart);

/** Asks to be handed calls of a queue. */
export interface ServeRequest<C extends Contract, Q extends QueueName<C>> {
  /** The client's name for this responder, of no other of its connection. */
  readonly responder: string;
  readonly queue: Q;
  readonly calls: readonly CallName<C, Q>[];
  /** How many it answers at once. Default: 1. */
  readonly concurrency?: number | undefined;
}

/** A call that a responder is to answer. */
export type Invocation<C extends Contract, Q extends QueueName<C>> = {
  [K in CallName<C, Q>]: {
    /** Of this invocation: its reply names it. Of no other of the connection. */
    readonly token: number;
    readonly call: K;
    readonly input: JsonText<Input<C, Q, K>>;
    /** Of the caller. */
    readonly headers?: Headers | undefined;
    /** 1 for the first invocation. */
    readonly attempt: number;
    /** Of a durable call: the same at each attempt, and of no other call. A UUID. */
    readonly callKey?: string | undefined;
    /** How long the caller still waits, in milliseconds; for a stream, until its first item. */
    readonly remainingMs: number;
    /** Of a streaming call: how many items may be sent before `invocation:more`. */
    readonly window?: number | undefined;
  };
}[CallName<C, Q>];

/** One who answers a call. */
export interface ResponderStatus {
  /** The name of its client. */
  readonly client: string;
  /** How many calls it answers at once, of all names that it serves. */
  readonly concurrency: number;
  /** How many it has. */
  readonly busy: number;
}

/** A call of a queue, who answers it, and what became of those that were made. */
export interface ServiceStatus {
  readonly call: string;
  readonly answering: 'once' | 'durable' | 'stream';
  /** At most 100. */
  readonly responders: readonly ResponderStatus[];
  /** Calls that wait for a responder with a free place. */
  readonly waiting: number;
  /** Calls that responders have. */
  readonly running: number;
  /** How many ended since the server started: `ok`, or by the code of their failure or error. */
  readonly ended: Readonly<Record<string, number>>;
}

type Answer<T> = (result: Result<T>) => void;

/** Making calls and answering them. */
export interface CallRequests<C extends Contract, Q extends QueueName<C>> {
  /** Makes one call that is no stream; acknowledged when it ended. */
  call: (
    ...request: { [N in Q]: [queue: N, request: CallRequest<C, N>, answer: Answer<CallAnswer>] }[Q]
  ) => void;
  /** Makes several calls; each is answered by `answers`, also when it is refused. */
  calls: (...request: { [N in Q]: [queue: N, calls: readonly CallMade<C, N>[]] }[Q]) => void;
  /** The caller no longer waits for these calls: nothing more is sent of them. */
  'call:cancel': (ids: readonly number[]) => void;
  /** Extends the window of a stream by this number of items. */
  'call:more': (id: number, items: number) => void;
  /** Hands calls of a queue to this client from now on. */
  serve: (...request: { [N in Q]: [request: ServeRequest<C, N>, answer: Answer<null>] }[Q]) => void;
  /** Hands no more calls to a responder; what it has it answers. */
  'serve:end': (responder: string, answer: Answer<null>) => void;
  /** Replies to invocations. Each has a reply, also when nobody waits for it: until then it takes a place of its responder. */
  replies: (replies: readonly Reply[], answer?: Answer<null>) => void;
}

/** What callers and responders are sent. */
export interface CallNotices<C extends Contract, Q extends QueueName<C>> {
  /** To the caller: answers to `calls`. */
  answers: (answers: readonly Answered[]) => void;
  /** To one responder: calls to answer. */
  invocations: (
    ...invocations: { [N in Q]: [responder: string, invocations: readonly Invocation<C, N>[]] }[Q]
  ) => void;
  /** To the responder that has them: nobody waits for these any more. */
  'invocation:end': (tokens: readonly number[]) => void;
  /** To the responder of a stream: its window is extended by this number of items. */
  'invocation:more': (token: number, items: number) => void;
}
