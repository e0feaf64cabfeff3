import type { StandardSchemaV1 } from '@standard-schema/spec';
import { isSchema, type Declarable, type EventFailures, type FailureOptions } from './failures.js';
import { MAX_TIMER_MS } from './limits.js';
import type { PayloadSchema, StorableSchema } from './payload-schema.js';

/** How long a caller waits for an answer, unless it or the contract says otherwise. */
const DEFAULT_TIMEOUT_MS = 10_000;
/** How long the answer of a durable call is given again. */
const DEFAULT_ANSWER_FOR_MS = 60 * 60 * 1_000;
/** A year. */
const MAX_ANSWER_FOR_MS = 365 * 24 * 60 * 60 * 1_000;

/** By one output. Nothing is stored. */
export interface Once {
  readonly kind: 'once';
  /** Whether it may be answered twice: it is made again when its responder is lost. */
  readonly idempotent: boolean;
}

/** By one output. The call is stored before it is handed out, and its answer before it is sent. */
export interface Durable {
  readonly kind: 'durable';
  /** How long the same id gets the same answer at least, in milliseconds from when that was stored. */
  readonly answerForMs: number;
}

/** By any number of outputs. Nothing is stored. */
export interface Stream {
  readonly kind: 'stream';
}

/** How a call is answered. */
export type Answering = Once | Durable | Stream;

/** A call of a queue: an event with an answer. */
export interface CallDeclaration<Input = unknown, Output = unknown, How extends Answering = Answering> {
  readonly input: PayloadSchema<Input>;
  readonly output: PayloadSchema<Output>;
  readonly answering: How;
  /** How long its callers wait, in milliseconds, unless they say otherwise. */
  readonly timeoutMs: number;
}

/** What `call` and `streaming` declare. */
export interface CallDefinition<
  Input extends PayloadSchema = PayloadSchema,
  Output extends PayloadSchema = PayloadSchema,
  Failures extends EventFailures = EventFailures,
  How extends Answering = Answering,
> {
  readonly input: Input;
  readonly output: Output;
  readonly failures: Failures;
  readonly answering: How;
  readonly timeoutMs: number;
}

interface Options<Input extends PayloadSchema, Output extends PayloadSchema, Failures extends EventFailures> {
  readonly input: StorableSchema<Input>;
  readonly output: StorableSchema<Output>;
  /** The declared ways in which it may fail, by code. One with `retry` is tried again until the caller's time is over. */
  // Of the second part alone TypeScript 5.9 infers a type that nothing is assignable to.
  readonly failures?:
    (Failures & { readonly [Code in keyof Failures]: Declarable<Code, Failures[Code]> }) | undefined;
  /** How long its callers wait, in milliseconds, unless they say otherwise. Default: 10,000. */
  readonly timeoutMs?: number | undefined;
}

interface OnceOptions<IsDurable extends boolean> {
  /**
   * Whether the call is stored before it is handed out, and its answer before it is sent: it outlives its caller, its
   * responder and the server, and is handed out again when a responder was lost or failed. Default: false.
   */
  readonly durable?: IsDurable | undefined;
  /** Of a durable call: how long the same id gets the same answer, in milliseconds from when it was stored. Default: an hour. */
  readonly answerForMs?: (IsDurable extends true ? number : never) | undefined;
  /**
   * Whether it may be answered twice: it is made again when its responder is lost. Default: false, it fails. A durable call
   * always may.
   */
  readonly idempotent?: (IsDurable extends true ? never : boolean) | undefined;
}

type FailureRecord = Readonly<Record<string, FailureOptions>>;
// Without `failures`: none.
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
type NoFailures = {};

/**
 * Declares a call, for `events` of `defineQueue`: its input is sent, and its output is the answer. Nothing of it is stored
 * unless it is `durable`.
 *
 *     reserve: call({ input: order, output: reservation, failures: { sold_out: { retry: false, data: left } } })
 */
export const call = <
  Input extends PayloadSchema,
  Output extends PayloadSchema,
  const Failures extends FailureRecord = NoFailures,
  const IsDurable extends boolean = false,
>(
  options: Options<Input, Output, Failures> & OnceOptions<IsDurable>,
): CallDefinition<Input, Output, Failures, IsDurable extends true ? Durable : Once> =>
  // Safe: of what compiles, `StorableSchema` is the schema, and `Declarable` the failure.
  definitionOf(options, onceOf(options)) as CallDefinition<
    Input,
    Output,
    Failures,
    IsDurable extends true ? Durable : Once
  >;

const onceOf = ({
  durable = false,
  idempotent = false,
  answerForMs = DEFAULT_ANSWER_FOR_MS,
}: OnceOptions<boolean>): Once | Durable =>
  durable ? { kind: 'durable', answerForMs } : { kind: 'once', idempotent };

/** Declares a call that is answered by any number of outputs, for `events` of `defineQueue`. */
export const streaming = <
  Input extends PayloadSchema,
  Output extends PayloadSchema,
  const Failures extends FailureRecord = NoFailures,
>(
  options: Options<Input, Output, Failures>,
): CallDefinition<Input, Output, Failures, Stream> =>
  // Safe: as above.
  definitionOf(options, { kind: 'stream' }) as CallDefinition<Input, Output, Failures, Stream>;

interface Given {
  readonly input: unknown;
  readonly output: unknown;
  readonly failures?: unknown;
  readonly timeoutMs?: number | undefined;
}

const definitionOf = (
  { input, output, failures = {}, timeoutMs = DEFAULT_TIMEOUT_MS }: Given,
  answering: Answering,
): unknown => ({ input, output, failures, answering, timeoutMs });

/** What the compiler knows of a declared call. */
export type DeclaredCall<Declared> = Declared extends {
  readonly input: infer Input extends PayloadSchema;
  readonly output: infer Output extends PayloadSchema;
  readonly answering: infer How extends Answering;
}
  ? CallDeclaration<StandardSchemaV1.InferOutput<Input>, StandardSchemaV1.InferOutput<Output>, How>
  : never;

/** What is wrong with a call. */
export const wrongCall = (
  name: string,
  { input, output, timeoutMs, answering }: CallDeclaration,
): string[] => [
  ...(isSchema(input) ? [] : [`the call "${name}" has no schema of its input`]),
  ...(isSchema(output) ? [] : [`the call "${name}" has no schema of its output`]),
  ...wrongTime(`timeoutMs of the call "${name}"`, timeoutMs, MAX_TIMER_MS),
  ...(answering.kind === 'durable'
    ? wrongTime(`answerForMs of the call "${name}"`, answering.answerForMs, MAX_ANSWER_FOR_MS)
    : []),
];

const wrongTime = (what: string, ms: number, max: number): string[] =>
  Number.isInteger(ms) && ms > 0 && ms <= max
    ? []
    : [`${what} is ${String(ms)}, not a whole number of milliseconds up to ${max}`];
