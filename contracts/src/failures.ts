import type { StandardSchemaV1 } from '@standard-schema/spec';
import { queueCodes, type ErrorCode } from './errors.js';
import { MAX_RETRY_DELAYS, MAX_RETRY_DELAY_MS } from './limits.js';
import type { NoFlaw, PayloadSchema, SchemaFlaw } from './payload-schema.js';

/** How the handling of an event may fail. `Data`: what comes with the failure. */
export interface FailureOptions<Data = unknown> {
  /** Whether the message is delivered again while its group has attempts left; otherwise it is dead-lettered at once. */
  readonly retry: boolean;
  /** How long it waits after its first, second … failure, in milliseconds; the last repeats. Default: the group's back-off. */
  readonly retryDelaysMs?: readonly number[] | undefined;
  /** The schema of what comes with the failure, at most 1,024 characters of JSON. Default: nothing does. */
  readonly data?: PayloadSchema<Data> | undefined;
}

/** The failures of one event, by code. */
export type EventFailures = Readonly<Record<string, FailureOptions>>;

/** A declared failure of an event of a queue. */
export interface FailureDeclaration<
  Event extends string = string,
  Code extends string = string,
  Data = unknown,
> extends FailureOptions<Data> {
  readonly event: Event;
  readonly code: Code;
}

/** A declared failure of any contract. */
export interface AnyFailure {
  readonly code: string;
  /** As its declaration says; at most 1,024 characters of JSON. */
  readonly data?: unknown;
}

/** Why a message is dead when no declared failure says so. */
export const letterCodes = ['rejected', 'attempts_exhausted', 'contract_mismatch'] as const;

/** What clients make of a failure that their contract does not declare. */
export const UNDECLARED = 'undeclared';

type ReservedCode = ErrorCode | (typeof letterCodes)[number] | typeof UNDECLARED;

export const FAILURE_CODE = /^[a-z][a-z0-9_]{0,62}$/;
const MAX_FAILURES = 64;
const RESERVED: ReadonlySet<string> = new Set([...Object.keys(queueCodes), ...letterCodes, UNDECLARED]);

/** The failures that an event declares, without the types of their schemas, which are long. */
export type Declarations<Event extends string, Failures> = {
  [Code in keyof Failures & string]: FailureDeclaration<
    Event,
    Code,
    Failures[Code] extends { readonly data: infer Data extends PayloadSchema }
      ? StandardSchemaV1.InferOutput<Data>
      : undefined
  >;
}[keyof Failures & string];

/** Takes what can be declared. Everything else is not assignable to the reason. */
export type Declarable<Code, Failure> = [FailureFlaw<Code, Failure>] extends [NoFlaw]
  ? Failure
  : FailureFlaw<Code, Failure>;

type FailureFlaw<Code, Failure> = Code extends ReservedCode
  ? 'this code is reserved'
  : Exclude<keyof Failure, keyof FailureOptions> extends never
    ? Failure extends { readonly retry: false; readonly retryDelaysMs: readonly number[] }
      ? 'retryDelaysMs is for retry: true'
      : Failure extends { readonly data: infer Data extends PayloadSchema }
        ? SchemaFlaw<Data>
        : NoFlaw
    : 'it has only retry, retryDelaysMs, data';

/** What is wrong with the failures of an event. */
export const wrongFailures = (event: string, failures: EventFailures): readonly string[] => {
  const codes = Object.keys(failures);
  const tooMany = `"${event}" has ${codes.length} failures, more than ${MAX_FAILURES}`;
  return [
    ...(codes.length > MAX_FAILURES ? [tooMany] : []),
    ...codes.flatMap((code) => wrongCode(event, code)),
    ...Object.entries(failures).flatMap(([code, declaration]) =>
      wrongDeclaration(declaration).map((wrong) => `the failure "${code}" of "${event}" ${wrong}`),
    ),
  ];
};

/** A code that comes with data for one event, and without for another: `fail` could not tell data from options. */
export const ambiguousCodes = (failures: Readonly<Record<string, EventFailures>>): readonly string[] => {
  const all = Object.values(failures).flatMap((declared) => Object.entries(declared));
  const codesWhere = (hasData: boolean) =>
    new Set(all.filter(([, declared]) => comesWithData(declared) === hasData).map(([code]) => code));
  const without = codesWhere(false);
  return [...codesWhere(true)]
    .filter((code) => without.has(code))
    .map(
      (code) =>
        `the failure "${code}" has data for one event and none for another: it has them for all, or for none`,
    );
};

/** Plain JavaScript may declare null. */
const comesWithData = (declared: FailureOptions | null): boolean => declared?.data !== undefined;

const wrongCode = (event: string, code: string): readonly string[] => {
  if (RESERVED.has(code)) return [`the failure code "${code}" of "${event}" is reserved`];
  if (FAILURE_CODE.test(code)) return [];
  return [`the failure code "${code}" of "${event}" does not match ${String(FAILURE_CODE)}`];
};

const FIELDS: readonly string[] = ['retry', 'retryDelaysMs', 'data'] satisfies (keyof FailureOptions)[];

/** For callers in plain JavaScript, too. */
const wrongDeclaration = (declaration: unknown): readonly string[] => {
  if (typeof declaration !== 'object' || declaration === null) return ['is no object with "retry"'];
  const { retry, retryDelaysMs, data, ...unknown } = declaration as Partial<Record<string, unknown>>;
  return [
    ...(typeof retry === 'boolean' ? [] : ['says neither "retry: true" nor "retry: false"']),
    ...(retryDelaysMs === undefined || (retry === true && areDelays(retryDelaysMs))
      ? []
      : [
          `has retryDelaysMs: with "retry: true" 1 to ${MAX_RETRY_DELAYS} whole numbers, 0 to ${MAX_RETRY_DELAY_MS}`,
        ]),
    ...(data === undefined || isSchema(data) ? [] : ['has data that are no schema']),
    ...Object.keys(unknown).map((field) => `has no field "${field}", only ${FIELDS.join(', ')}`),
  ];
};

const areDelays = (delays: unknown): boolean =>
  Array.isArray(delays) &&
  delays.length > 0 &&
  delays.length <= MAX_RETRY_DELAYS &&
  delays.every((delay) => Number.isInteger(delay) && delay >= 0 && delay <= MAX_RETRY_DELAY_MS);

/** Whether something follows Standard Schema. */
export const isSchema = (value: unknown): boolean =>
  (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value;
