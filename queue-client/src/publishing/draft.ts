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

export interface DraftOptions {
  readonly id?: string | undefined;
  readonly dedupeKey?: string | undefined;
  readonly headers?: Headers | undefined;
}

export interface DraftRules {
  readonly contract: Contract;
  /** Whether payloads are checked by their schema. */
  readonly validate: boolean;
  readonly newId: () => string;
}

const encoder = new TextEncoder();

/** Checks a message and turns it into texts, once. Throws a QueueError for what can never be published. */
export const draftOf = (
  { contract, validate, newId }: DraftRules,
  queue: string,
  event: string,
  payload: unknown,
  options: DraftOptions,
): Draft => {
  const { headers } = options;
  const schema = schemaOf(contract, queue, event);
  const id = idOf(queue, options);
  if (validate) checkPayload(schema, queue, event, payload);
  return {
    id: id ?? newId(),
    event,
    payload: textOf(payload, `payload of "${queue}" "${event}"`, 'payload_invalid', MAX_PAYLOAD_BYTES),
    headers: headersText(headers, queue, event),
    key: headers?.key,
  };
};

/** The id that was asked for; undefined: any. */
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
  const definition = Object.hasOwn(contract, queue) ? contract[queue] : undefined;
  if (definition === undefined) throw queueUnknown(contract, queue);
  const schema = Object.hasOwn(definition.events, event) ? definition.events[event] : undefined;
  if (schema === undefined) {
    const known = Object.keys(definition.events);
    const text = `The queue "${queue}" has no event "${event}"; it has ${known.join(', ')}.`;
    throw new QueueError('event_unknown', text, { details: { queue, event, events: known } });
  }
  return schema;
};

export const queueUnknown = (contract: Contract, queue: string): QueueError => {
  const queues = Object.keys(contract);
  const text = `The contract has no queue "${queue}"; it has ${queues.join(', ')}.`;
  return new QueueError('queue_unknown', text, { details: { queue, queues } });
};

const checkPayload = (schema: PayloadSchema, queue: string, event: string, payload: unknown): void => {
  const issues = findIssues(schema, payload);
  if (issues === undefined) return;
  const list = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  throw new QueueError('payload_invalid', `The payload of "${queue}" "${event}" is not valid: ${list}`, {
    details: { issues },
  });
};

const headersText = (headers: Headers | undefined, queue: string, event: string): string | undefined => {
  if (headers === undefined || Object.keys(headers).length === 0) return undefined;
  return textOf(headers, `headers of "${queue}" "${event}"`, 'message_invalid', MAX_HEADERS_BYTES);
};

const textOf = (
  value: unknown,
  what: string,
  code: 'payload_invalid' | 'message_invalid',
  limit: number,
): string => {
  const text = stringify(value, what, code);
  // Three bytes a character at most, one at least: most texts need no count.
  if (text.length * 3 > limit && (text.length > limit || encoder.encode(text).byteLength > limit)) {
    throw new QueueError('message_too_large', `The ${what} has more than ${limit} bytes as JSON.`, {
      details: { limit },
    });
  }
  return text;
};

const stringify = (value: unknown, what: string, code: 'payload_invalid' | 'message_invalid'): string => {
  try {
    // JSON.stringify returns undefined for what JSON cannot say, whatever its type promises.
    const text = JSON.stringify(value) as string | undefined;
    if (text !== undefined) return text;
  } catch (cause) {
    throw new QueueError(code, `The ${what} cannot be written as JSON: ${String(cause)}`, { cause });
  }
  throw new QueueError(code, `The ${what} cannot be written as JSON: it is ${typeof value}.`);
};
