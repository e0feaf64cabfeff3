import {
  findIssues,
  MAX_HEADERS_BYTES,
  MAX_PAYLOAD_BYTES,
  QueueError,
  type Contract,
  type Headers,
  type PayloadSchema,
} from '@typed-queue/contracts';
import { dedupeId, isUuid, type Draft } from '@typed-queue/contracts/wire';
import { definitionOf } from '../argument-check.js';
import type { PublishOptions } from '../client.js';
import { issuesText } from '../messages/contract-check.js';

export type DraftOptions = Pick<PublishOptions, 'id' | 'dedupeKey' | 'headers'>;

export interface DraftRules {
  readonly contract: Contract;
  /** Whether payloads are checked by their schema. */
  readonly validate: boolean;
  readonly newId: () => string;
}

const encoder = new TextEncoder();

/** Checks messages and serialises them once. */
export class Drafts {
  readonly #rules: DraftRules;

  constructor(rules: DraftRules) {
    this.#rules = rules;
  }

  /** @throws QueueError for what can never be published */
  create(queue: string, event: string, payload: unknown, options: DraftOptions): Draft {
    const { contract, validate, newId } = this.#rules;
    const { headers } = options;
    const schema = schemaOf(contract, queue, event);
    const id = idOf(queue, options);
    const what = `"${queue}" "${event}"`;
    if (validate) checkPayload(schema, what, payload);
    return {
      id: id ?? newId(),
      event,
      payload: jsonOf(payload, `payload of ${what}`, 'payload_invalid', MAX_PAYLOAD_BYTES),
      headers: headersJson(headers, what),
      key: headers?.key,
    };
  }
}

/** Of its texts, in characters: about as many bytes. */
export const sizeOf = ({ payload, headers = '' }: Draft): number => payload.length + headers.length;

/** Undefined: the message gets a new one. */
const idOf = (queue: string, { id, dedupeKey }: DraftOptions): string | undefined => {
  if (id !== undefined && dedupeKey !== undefined) {
    const text = `A message for "${queue}" has an id and a dedupe key: give one of them.`;
    throw new QueueError('message_invalid', text, { details: { id, dedupeKey } });
  }
  if (id !== undefined && !isUuid(id)) {
    throw new QueueError('message_invalid', `The id of a message for "${queue}" is not a UUID.`, {
      details: { id },
    });
  }
  return dedupeKey === undefined ? id : dedupeId(queue, dedupeKey);
};

const schemaOf = (contract: Contract, queue: string, event: string): PayloadSchema => {
  const { events } = definitionOf(contract, queue);
  const schema = Object.hasOwn(events, event) ? events[event] : undefined;
  if (schema !== undefined) return schema;
  const known = Object.keys(events);
  const text = `The queue "${queue}" has no event "${event}"; it has ${known.join(', ')}.`;
  throw new QueueError('event_unknown', text, { details: { queue, event, events: known } });
};

const checkPayload = (schema: PayloadSchema, what: string, payload: unknown): void => {
  const issues = findIssues(schema, payload);
  if (issues === undefined) return;
  const text = `The payload of ${what} is not valid: ${issuesText(issues)}`;
  throw new QueueError('payload_invalid', text, { details: { issues } });
};

const headersJson = (headers: Headers | undefined, what: string): string | undefined => {
  if (headers === undefined || Object.keys(headers).length === 0) return undefined;
  return jsonOf(headers, `headers of ${what}`, 'message_invalid', MAX_HEADERS_BYTES);
};

const jsonOf = (
  value: unknown,
  what: string,
  code: 'payload_invalid' | 'message_invalid',
  maxBytes: number,
): string => {
  const text = stringify(value, what, code);
  // A character has one to three bytes: most texts need no encoding to know that they fit.
  if (text.length * 3 > maxBytes && (text.length > maxBytes || encoder.encode(text).byteLength > maxBytes)) {
    throw new QueueError('message_too_large', `The ${what} has more than ${maxBytes} bytes as JSON.`, {
      details: { limit: maxBytes },
    });
  }
  return text;
};

const stringify = (value: unknown, what: string, code: 'payload_invalid' | 'message_invalid'): string => {
  try {
    // Undefined for what JSON cannot represent, whatever its type promises.
    const text = JSON.stringify(value) as string | undefined;
    if (text !== undefined) return text;
  } catch (cause) {
    throw new QueueError(code, `The ${what} cannot be written as JSON: ${String(cause)}`, { cause });
  }
  throw new QueueError(code, `The ${what} cannot be written as JSON: it is ${typeof value}.`);
};
