import {
  findIssues,
  MAX_HEADERS_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_PAYLOAD_DEPTH,
  QueueError,
  type ErrorCode,
  type PayloadSchema,
} from '@typed-queue/contracts';
import { issuesText } from './contract-check.js';

/** What a value is part of, and of which event or call. */
export interface JsonPlace {
  readonly part: keyof typeof PARTS;
  readonly queue: string;
  readonly event: string;
}

const PARTS = {
  payload: ['payload_invalid', MAX_PAYLOAD_BYTES],
  headers: ['message_invalid', MAX_HEADERS_BYTES],
  input: ['payload_invalid', MAX_PAYLOAD_BYTES],
  output: ['answer_invalid', MAX_PAYLOAD_BYTES],
} as const satisfies Record<string, readonly [invalid: ErrorCode, maxBytes: number]>;

const encoder = new TextEncoder();

/** The JSON text of something that is sent. @throws QueueError `message_too_large`, and when it has no such text */
export const jsonOf = (value: unknown, { part, queue, event }: JsonPlace): string => {
  const [invalid, maxBytes] = PARTS[part];
  const refuse = (
    code: ErrorCode,
    why: string,
    options: { readonly cause?: unknown; readonly details?: Record<string, unknown> } = {},
  ): never => {
    throw new QueueError(code, `The ${part} of "${queue}" "${event}" ${why}`, options);
  };
  let text: string;
  try {
    // Undefined for what JSON cannot represent, whatever its type promises.
    text = JSON.stringify(value);
  } catch (cause) {
    // Of a circular value the lines after the first draw the circle.
    const [why] = String(cause).split('\n');
    return refuse(invalid, `cannot be written as JSON: ${why}.`, { cause });
  }
  if (typeof text !== 'string') return refuse(invalid, `cannot be written as JSON: it is ${typeof value}.`);
  // A character has one to three bytes: most texts need no encoding to know that they fit.
  if (text.length * 3 > maxBytes && (text.length > maxBytes || encoder.encode(text).byteLength > maxBytes)) {
    refuse('message_too_large', `has more than ${maxBytes} bytes as JSON.`, { details: { limit: maxBytes } });
  }
  return text;
};

/** @throws QueueError when a value, as JSON has it, does not match its schema */
export const checkValue = (
  schema: PayloadSchema,
  value: unknown,
  { part, queue, event }: JsonPlace,
): void => {
  if (isValid(schema, value)) return;
  // A field that is undefined, or an instance of a class, may match no schema, and its JSON does.
  const issues = findIssues(schema, storedOf(value));
  if (issues === undefined) return;
  const text = `The ${part} of "${queue}" "${event}" is not valid: ${issuesText(issues)}`;
  throw new QueueError(PARTS[part][0], text, { details: { issues } });
};

const isValid = (schema: PayloadSchema, value: unknown): boolean => {
  try {
    return findIssues(schema, value) === undefined;
  } catch {
    return false;
  }
};

/** What arrives of a value. What has no JSON is as it is. */
const storedOf = (value: unknown): unknown => {
  try {
    return JSON.parse(JSON.stringify(value));
  } catch {
    return value;
  }
};

/** @throws QueueError when a value is nested deeper than a payload may be */
export const checkDepth = (value: unknown, { part, queue, event }: JsonPlace): void => {
  if (!isDeep(value)) return;
  const text = `The ${part} of "${queue}" "${event}" is nested deeper than ${MAX_PAYLOAD_DEPTH} levels.`;
  throw new QueueError(PARTS[part][0], text);
};

/** Whether a value is nested deeper than a payload may be. */
export const isDeep = (value: unknown, levels = MAX_PAYLOAD_DEPTH): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeep(member, levels - 1)));
