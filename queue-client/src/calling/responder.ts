import type {
  AnyFailure,
  CallDeclaration,
  CallName,
  Contract,
  Durable,
  EventFailure,
  Headers,
  Publishable,
  QueueName,
  Stream,
} from '@typed-queue/contracts';
import type { CloseOptions } from '../client.js';
import type { Fail } from '../failures/declared-failure.js';

/** An invocation of a responder. It may be destructured: `(input, { signal, fail }) => …`. */
export interface ResponderContext<Failed extends AnyFailure = never> {
  /** 1 for the first invocation, 2 after a failure that is retried … */
  readonly attempt: number;
  /** As the caller gave them. */
  readonly headers: Headers;
  /**
   * Aborts when nobody waits for the reply any more. A call that is made with it inherits the deadline, and is cancelled
   * with it.
   */
  readonly signal: AbortSignal;
  /** Until when the caller waits, or for a stream, until when for its first item: milliseconds since 1970. */
  readonly deadline: number;
  /** Makes what is thrown when the call failed in a way that the contract declares: `throw fail('sold_out', { left: 3 })`. */
  readonly fail: Fail<Failed>;
}

/** An invocation of a durable call. */
export interface DurableResponderContext<Failed extends AnyFailure = never> extends ResponderContext<Failed> {
  /**
   * A UUID, the same at each attempt, and of no other call, so that what was done already need not be done again.
   */
  readonly id: string;
}

type Declared<C extends Contract, N extends QueueName<C>, K extends string> = NonNullable<C[N]['calls']>[K &
  keyof NonNullable<C[N]['calls']>];

/** Of what a call declares, so that errors do not show the contract. */
type ResponderOf<Declaration, Failed extends AnyFailure> =
  Declaration extends CallDeclaration<infer Input, infer Output, infer How>
    ? How extends Stream
      ? StreamResponder<Input, Publishable<Output>, Failed>
      : How extends Durable
        ? DurableResponder<Input, Publishable<Output>, Failed>
        : CallResponder<Input, Publishable<Output>, Failed>
    : never;

type CallResponder<Input, Output, Failed extends AnyFailure> = (
  input: Input,
  context: ResponderContext<Failed>,
) => Reply<Output>;

type DurableResponder<Input, Output, Failed extends AnyFailure> = (
  input: Input,
  context: DurableResponderContext<Failed>,
) => Reply<Output>;

/** An output, at once or by a promise. */
type Reply<Output> = Output | Promise<Output>;

type StreamResponder<Input, Output, Failed extends AnyFailure> = (
  input: Input,
  context: ResponderContext<Failed>,
) => AsyncIterable<Output>;

/**
 * Answers a call: with its output, at once or by a promise; a streaming one with an iterable of its outputs. What `fail`
 * makes is thrown to fail as the contract declares. Anything else that is thrown is `call_failed` for the caller, who is
 * shown nothing of it.
 */
export type Responder<C extends Contract, Q extends QueueName<C>, K extends CallName<C, Q>> = ResponderOf<
  Declared<C, Q, K>,
  EventFailure<C, Q, K>
>;

/** A responder for each call: one that is forgotten does not compile. */
export type Responders<
  C extends Contract,
  Q extends QueueName<C>,
  K extends CallName<C, Q> = CallName<C, Q>,
> = {
  readonly [N in K]: ResponderOf<Declared<C, Q, N>, EventFailure<C, Q, N>>;
};

/** Responders of a queue, as long as they are given calls. */
export interface Serving<Q extends string = string> {
  readonly queue: Q;
  /**
   * Resolves when the server first gives calls to these responders. Rejects when it refused permanently, or when this was
   * closed before. It may be ignored: refusals are an `error` event as well.
   */
  readonly ready: Promise<void>;
  /** Takes no more calls, and resolves when the running ones are answered. A responder may call and await it. */
  close(options?: CloseOptions): Promise<void>;
}

/** A responder whose queue is no longer known to the compiler. */
export type AnyResponder = (input: unknown, context: ResponderContext) => unknown;

export type ResponderMap = Readonly<Record<string, AnyResponder>>;
