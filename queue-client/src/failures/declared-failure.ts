import type { AnyFailure, QueueDefinition } from '@typed-queue/contracts';

export interface FailOptions {
  /** Shown with the message and its dead letter. Default: that of the cause, or the code. */
  readonly reason?: string | undefined;
  /** The underlying error. */
  readonly cause?: unknown;
}

interface FailedCallName {
  readonly queue?: string;
  readonly call?: string;
}

/**
 * A way to fail that the contract declares: made by `fail` and thrown by a handler or a responder, and what a call rejects
 * with that failed so.
 */
export class DeclaredFailure extends Error {
  override readonly name = 'DeclaredFailure';
  readonly code: string;
  readonly data: unknown;
  /** Of a call: which one failed. */
  declare readonly queue?: string;
  declare readonly call?: string;

  constructor({ code, data }: AnyFailure, { reason, cause }: FailOptions, of: FailedCallName = {}) {
    super(reason ?? (cause instanceof Error ? cause.message : code), { cause });
    this.code = code;
    this.data = data;
    Object.assign(this, of);
  }
}

/** What comes with a failure, where anything does, and options. Distributes over codes, so that a wrong one is named. */
type FailArguments<Failed extends AnyFailure, Code> = Code extends Failed['code']
  ? IsNothing<Extract<Failed, { readonly code: Code }>['data']> extends true
    ? [options?: FailOptions]
    : [data: Extract<Failed, { readonly code: Code }>['data'], options?: FailOptions]
  : never;

type IsNothing<Data> = 0 extends 1 & Data ? false : [Data] extends [undefined] ? true : false;

/** Makes the declared failures of an event. Of an event without any it takes no code, and any `Fail` is assignable to it. */
export type Fail<Failed extends AnyFailure> = [Failed] extends [never]
  ? (code: never, ...args: never) => DeclaredFailure
  : <Code extends Failed['code']>(code: Code, ...args: FailArguments<Failed, Code>) => DeclaredFailure;

/** Of a queue that is no longer known to the compiler. */
export type AnyFail = (code: string, ...args: readonly unknown[]) => DeclaredFailure;

/** Makes the failures of a queue. What was not declared is found when it is thrown. */
export const failOf = ({ failures = [] }: Pick<QueueDefinition, 'failures'>): AnyFail => {
  const withData = new Set(failures.filter(({ data }) => data !== undefined).map(({ code }) => code));
  return (code, ...args) => {
    // Where the compiler knows several codes, a code without data may be given `undefined` for them.
    const [data, options] = withData.has(code) ? args : [undefined, args[0] ?? args[1]];
    return new DeclaredFailure({ code, data }, options ?? {});
  };
};
