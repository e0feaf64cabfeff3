import {
  findIssues,
  MAX_HEADERS_BYTES,
  MAX_PAYLOAD_BYTES,
  QueueError,
  type Contract,
  type ErrorCode,
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
    const hasHeaders = headers !== undefined && Object.keys(headers).length > 0;
    const schema = schemaOf(contract, queue, event);
    const id = idOf(queue, options);
    if (validate) checkPayload(schema, payload, queue, event);
    return {
      id: id ?? newId(),
      event,
      payload: jsonOf(payload, 'payload', queue, event),
      headers: hasHeaders ? jsonOf(headers, 'headers', queue, event) : undefined,
      key: headers?.key,
    };
  }
}

/** Of its texts, in characters: about as many bytes. */
export const sizeOf = ({ payload, headers = '' }: Draft): number => payload.length + headers.length;

export const totalSize = (drafts: readonly Draft[]): number =>
  drafts.reduce((size, draft) => size + sizeOf(draft), 0);

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

const checkPayload = (schema: PayloadSchema, payload: unknown, queue: string, event: string): void => {
  const issues = findIssues(schema, payload);
  if (issues === undefined) return;
  const text = `The payload of "${queue}" "${event}" is not valid: ${issuesText(issues)}`;
  throw new QueueError('payload_invalid', text, { details: { issues } });
};

const jsonOf = (value: unknown, part: 'payload' | 'headers', queue: string, event: string): string => {
  const isPayload = part === 'payload';
  const maxBytes = isPayload ? MAX_PAYLOAD_BYTES : MAX_HEADERS_BYTES;
  const code = isPayload ? 'payload_invalid' : 'message_invalid';
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
    return refuse(code, `cannot be written as JSON: ${String(cause)}`, { cause });
  }
  if (typeof text !== 'string') return refuse(code, `cannot be written as JSON: it is ${typeof value}.`);
  // A character has one to three bytes: most texts need no encoding to know that they fit.
  if (text.length * 3 > maxBytes && (text.length > maxBytes || encoder.encode(text).byteLength > maxBytes)) {
    refuse('message_too_large', `has more than ${maxBytes} bytes as JSON.`, { details: { limit: maxBytes } });
  }
  return text;
};
