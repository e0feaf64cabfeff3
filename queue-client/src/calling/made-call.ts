import {
  newId,
  QueueError,
  type CallDeclaration,
  type Contract,
  type AnyQueue,
  type Headers,
} from '@typed-queue/contracts';
import { MAX_CALL_ID, MAX_TIMER_MS } from '@typed-queue/contracts/wire';
import { checkOptions, definitionOf, invalidArgument, type KnownOptions } from '../argument-check.js';
import { checkDepth, checkValue, jsonOf } from '../messages/json-text.js';
import { callDetails } from './call-error.js';
import type { CallOptions, DurableCallOptions, WaitOptions } from './call.js';
import { declaredCall } from './declared-call.js';

/** A call that a client makes. */
export interface MadeCall {
  readonly definition: AnyQueue;
  readonly name: string;
  readonly declaration: CallDeclaration;
  /** As JSON. Undefined: it was made before, and is waited for. */
  readonly input: string | undefined;
  readonly headers: Headers | undefined;
  /** Of a durable call. */
  readonly durable: { readonly callId: string; readonly key?: string | undefined } | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** When it was made, by the monotonic clock. */
  readonly madeAt: number;
}

export interface CallRules {
  readonly contract: Contract;
  /** Whether inputs are checked by their schema. */
  readonly validate: boolean;
  /** The monotonic clock. */
  readonly now: () => number;
}

interface GivenCall {
  readonly queue: string;
  readonly name: string;
  readonly input: unknown;
  readonly options: DurableCallOptions;
}

const KNOWN_WAITING: KnownOptions<WaitOptions> = { signal: true, timeoutMs: true };
const KNOWN: KnownOptions<CallOptions> = { ...KNOWN_WAITING, headers: true };
const KNOWN_DURABLE: KnownOptions<DurableCallOptions> = { ...KNOWN, id: true, key: true };

/** Checks a call. @throws QueueError for what can never be called */
export const makeCall = (rules: CallRules, given: GivenCall): MadeCall =>
  naming(given, () => checkedCall(rules, given));

/** Errors have the call in their details. */
const naming = ({ queue, name }: Pick<GivenCall, 'queue' | 'name'>, check: () => MadeCall): MadeCall => {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    const details = { ...callDetails(queue, name), ...error.details };
    throw new QueueError(error.code, error.message, { details, cause: error.cause });
  }
};

const checkedCall = (rules: CallRules, { queue, name, input, options }: GivenCall): MadeCall => {
  const { contract, validate, now } = rules;
  const definition = definitionOf(contract, queue);
  const declaration = declaredCall(definition, name);
  const isDurable = declaration.answering.kind === 'durable';
  checkOptions('call', 'the fourth argument', options, isDurable ? KNOWN_DURABLE : KNOWN);
  const { signal, timeoutMs = declaration.timeoutMs, headers, id, key } = options;
  checkWaiting('call', { signal, timeoutMs });
  if (id !== undefined) checkText('call', '"id"', id);
  if (key !== undefined) checkText('call', '"key"', key);
  const place = { part: 'input', queue, event: name } as const;
  if (validate) checkValue(declaration.input, input, place);
  const text = jsonOf(input, place);
  checkDepth(input, place);
  const durable = isDurable ? { callId: id ?? newId(), key } : undefined;
  return {
    definition,
    name,
    declaration,
    input: text,
    headers: headers && checkedHeaders(headers, { queue, event: name }),
    durable,
    timeoutMs,
    signal,
    madeAt: now(),
  };
};

type GivenAttachment = Omit<GivenCall, 'input'> & { readonly id: string };

/** Checks what waits for a durable call. @throws QueueError for what can never be one */
export const makeAttachment = (rules: CallRules, given: GivenAttachment): MadeCall =>
  naming(given, () => checkedAttachment(rules, given));

const checkedAttachment = (
  { contract, now }: CallRules,
  { queue, name, id, options }: GivenAttachment,
): MadeCall => {
  const definition = definitionOf(contract, queue);
  const declaration = declaredCall(definition, name);
  if (declaration.answering.kind !== 'durable') {
    throw invalidArgument(
      'attach',
      `The call "${name}" of "${queue}" is not durable: it cannot be waited for again.`,
    );
  }
  checkOptions('attach', 'the fourth argument', options, KNOWN_WAITING);
  const { signal, timeoutMs = declaration.timeoutMs } = options;
  checkWaiting('attach', { signal, timeoutMs });
  checkText('attach', 'the third argument, the id,', id);
  const durable = { callId: id };
  return {
    definition,
    name,
    declaration,
    input: undefined,
    headers: undefined,
    durable,
    timeoutMs,
    signal,
    madeAt: now(),
  };
};

/** Plain JavaScript may give anything. */
const checkWaiting = (method: string, { signal, timeoutMs }: WaitOptions): void => {
  if (!(typeof timeoutMs === 'number' && timeoutMs > 0 && timeoutMs <= MAX_TIMER_MS)) {
    const shown = typeof timeoutMs === 'number' ? timeoutMs : typeof timeoutMs;
    const why = `"timeoutMs" is a number of milliseconds up to ${MAX_TIMER_MS}, not ${shown}.`;
    throw invalidArgument(method, why);
  }
  if (signal !== undefined && typeof (signal as Partial<AbortSignal>).addEventListener !== 'function') {
    throw invalidArgument(method, `"signal" is an AbortSignal, not ${typeof signal}.`);
  }
};

const checkText = (method: string, what: string, text: unknown): void => {
  if (typeof text === 'string' && text.length > 0 && text.length <= MAX_CALL_ID) return;
  throw invalidArgument(method, `${what} is a text of 1 to ${MAX_CALL_ID} characters.`);
};

/** A copy, which nobody changes before it is sent. */
const checkedHeaders = (
  headers: Headers,
  of: { readonly queue: string; readonly event: string },
): Headers => {
  const isObject = typeof headers === 'object' && !Array.isArray(headers);
  if (!isObject || Object.values(headers).some((value) => typeof value !== 'string')) {
    throw invalidArgument('call', '"headers" is an object of texts.');
  }
  jsonOf(headers, { part: 'headers', queue: of.queue, event: of.event });
  return { ...headers };
};
