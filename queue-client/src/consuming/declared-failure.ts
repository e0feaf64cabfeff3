import { QueueError, type AnyFailure, type AnyMessage, type QueueDefinition } from '@typed-queue/contracts';
import { declarationOf, MAX_FAILURE_DATA, retryDelay } from '@typed-queue/contracts/wire';
import { reasonOf, type Failure } from './failure.js';

export interface FailOptions {
  /** Shown with the message and its dead letter. Default: that of the cause, or the code. */
  readonly reason?: string | undefined;
  /** The underlying error. */
  readonly cause?: unknown;
}

/** Made by `fail` and thrown by a handler: it failed in a way that the contract declares. */
export class DeclaredFailure extends Error {
  override readonly name = 'DeclaredFailure';
  readonly code: string;
  readonly data: unknown;

  constructor({ code, data }: AnyFailure, { reason, cause }: FailOptions) {
    super(reason ?? (cause instanceof Error ? cause.message : code), { cause });
    this.code = code;
    this.data = data;
  }
}

/** What comes with a failure, where anything does, and options. */
type FailArguments<Data> = [Data] extends [undefined]
  ? [options?: FailOptions]
  : [data: Data, options?: FailOptions];

/** Makes the failures that are declared for an event. */
export type Fail<Failed extends AnyFailure> = <Code extends Failed['code']>(
  code: Code,
  ...args: FailArguments<Extract<Failed, { readonly code: Code }>['data']>
) => DeclaredFailure;

/** Of a queue that is no longer known to the compiler. */
export type AnyFail = (code: string, ...args: readonly unknown[]) => DeclaredFailure;

/** Makes the failures of a queue. What was not declared is found when it is thrown. */
export const failOf = ({ failures = [] }: Pick<QueueDefinition, 'failures'>): AnyFail => {
  const withData = new Set(failures.filter(({ data }) => data !== undefined).map(({ code }) => code));
  return (code, ...args) => {
    const [data, options = {}] = withData.has(code) ? args : [undefined, ...args];
    // Safe: the compiler saw the arguments.
    return new DeclaredFailure({ code, data }, options as FailOptions);
  };
};

interface Delivery {
  readonly message: AnyMessage;
  readonly attempt: number;
  readonly error: DeclaredFailure;
}

/** The outcome of a message that failed in a declared way. @throws QueueError `failure_undeclared` */
export const declaredOutcome = (
  queue: QueueDefinition,
  { message: { event }, attempt, error }: Delivery,
  random: () => number,
): Failure => {
  const { code, data } = error;
  const declared = declarationOf(queue, { event, code, data });
  if (declared === undefined || !isSmall(data)) throw undeclared(queue, event, error);
  const reason = reasonOf(error);
  const failure = data === undefined ? { code } : { code, data };
  if (!declared.retry) return { kind: 'dead-letter', reason, failure };
  const { retryDelaysMs } = declared;
  if (retryDelaysMs === undefined) return { kind: 'retry', reason, failure };
  return { kind: 'retry', reason, failure, delayMs: retryDelay(retryDelaysMs, attempt, random) };
};

const isSmall = (data: unknown): boolean => {
  try {
    return data === undefined || JSON.stringify(data).length <= MAX_FAILURE_DATA;
  } catch {
    return false;
  }
};

const undeclared = (
  { name, failures = [] }: QueueDefinition,
  event: string,
  { code, message }: DeclaredFailure,
): QueueError => {
  const codes = failures.filter((declared) => declared.event === event).map((declared) => declared.code);
  const what = codes.includes(code)
    ? `"${code}" with such data (of at most ${MAX_FAILURE_DATA} characters)`
    : `"${code}", only: ${codes.join(', ') || 'none'}`;
  const text = `A handler failed with "${message}", but "${event}" of "${name}" declares no failure ${what}.`;
  return new QueueError('failure_undeclared', text, { details: { queue: name, event, code } });
};
