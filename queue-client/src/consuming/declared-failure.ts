import {
  findIssues,
  MAX_PAYLOAD_DEPTH,
  QueueError,
  type AnyFailure,
  type AnyMessage,
  type FailureDeclaration,
  type QueueDefinition,
} from '@typed-queue/contracts';
import { MAX_FAILURE_DATA, retryDelay } from '@typed-queue/contracts/wire';
import { issuesText } from '../messages/contract-check.js';
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
  const { code } = error;
  const all = (queue.failures ?? []).filter((declared) => declared.event === event);
  const declared = all.find((each) => each.code === code);
  const refuse = (why: string): never => {
    const text = `A handler of "${event}" failed with "${code}" (${reasonOf(error)}): ${why}.`;
    throw new QueueError('failure_undeclared', text, { details: { queue: queue.name, event, code } });
  };
  if (declared === undefined) {
    const codes = all.map((each) => each.code).join(', ');
    return refuse(`"${queue.name}" declares for it only ${codes || 'none'}`);
  }
  const data = storedData(error.data, refuse);
  const problem = dataProblem(declared, data);
  if (problem !== undefined) return refuse(`its data are not as declared: ${problem}`);
  const { retry, retryDelaysMs } = declared;
  const failed = { reason: reasonOf(error), failure: data === undefined ? { code } : { code, data } };
  if (!retry) return { kind: 'dead-letter', ...failed };
  const delayMs = retryDelaysMs && retryDelay(retryDelaysMs, attempt, random);
  return { kind: 'retry', ...failed, ...(delayMs !== undefined && { delayMs }) };
};

/** Data as a server stores them. */
const storedData = (data: unknown, refuse: (why: string) => never): unknown => {
  if (data === undefined) return undefined;
  let text: string | undefined;
  try {
    text = JSON.stringify(data);
  } catch {
    text = undefined;
  }
  if (text === undefined) return refuse('its data cannot be written as JSON');
  if (text.length > MAX_FAILURE_DATA) {
    return refuse(`its data have ${text.length} characters as JSON, more than ${MAX_FAILURE_DATA}`);
  }
  const stored: unknown = JSON.parse(text);
  return isDeep(stored, MAX_PAYLOAD_DEPTH)
    ? refuse(`its data have more than ${MAX_PAYLOAD_DEPTH} levels`)
    : stored;
};

const isDeep = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeep(member, levels - 1)));

const dataProblem = ({ data: schema }: FailureDeclaration, data: unknown): string | undefined => {
  if (schema === undefined) return data === undefined ? undefined : 'it has none';
  try {
    const issues = findIssues(schema, data);
    return issues && issuesText(issues);
  } catch (error) {
    return reasonOf(error);
  }
};
