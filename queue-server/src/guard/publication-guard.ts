import { newId, QueueError, type QueueDefinition } from '@typed-queue/contracts';
import { dedupeId, isUuid, NIL_UUID, type Draft } from '@typed-queue/contracts/wire';
import { Buffer } from 'node:buffer';
import type { Names } from '@typed-queue/program';
import { forbidden } from './forbidden.js';
import { checkHeaders, checkPayload, checkSize, type MessageSizes } from './message-guard.js';

const FIELDS = ['event', 'payload', 'id', 'dedupeKey', 'headers'];
const NAME_SHOWN = 100;

const record = (input: unknown): Readonly<Record<string, unknown>> => {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new QueueError(
      'message_invalid',
      'A message is an object { event, payload, id?, dedupeKey?, headers? }.',
    );
  }
  const unknown = Object.keys(input).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) {
    throw new QueueError(
      'message_invalid',
      `A message has no field "${unknown.slice(0, NAME_SHOWN)}"; it has ${FIELDS.join(', ')}.`,
    );
  }
  // Safe: an object; its fields are looked at one by one.
  return input as Readonly<Record<string, unknown>>;
};

/** The id as it stands in the frame, and as consumers see it. */
const idOf = (queue: QueueDefinition, { id, dedupeKey }: Readonly<Record<string, unknown>>): string => {
  if (id !== undefined && dedupeKey !== undefined)
    throw new QueueError('message_invalid', 'A message has an id or a dedupe key, not both.');
  if (dedupeKey !== undefined) return dedupeId(queue.name, dedupeKey);
  if (id === undefined) return newId();
  if (!isUuid(id) || id === NIL_UUID)
    throw new QueueError('message_invalid', 'The id of a message is a UUID, and not zeros.');
  return id.toLowerCase();
};

/**
 * Checks one message of the plain JSON form and makes it ready to be packed.
 * `mayPublish`: the events that its client has a right to.
 * @throws QueueError `message_invalid`, `forbidden`, `message_too_large`, `event_unknown`, `payload_invalid`
 */
export const guardPublication = (
  queue: QueueDefinition,
  input: unknown,
  mayPublish: Names,
  sizes: MessageSizes,
): Draft => {
  const { event, payload, headers, ...named } = record(input);
  if (typeof event !== 'string')
    throw new QueueError('message_invalid', 'The event of a message is a string.');
  if (!mayPublish.has(event)) {
    throw forbidden('publish', queue.name, { event: event.slice(0, NAME_SHOWN) });
  }
  const known = idOf(queue, named);
  checkPayload(queue, event, payload);
  const text = JSON.stringify(payload);
  if (headers === undefined) {
    checkSize(Buffer.byteLength(text), 0, sizes);
    return { id: known, event, payload: text };
  }
  const checked = checkHeaders(headers);
  const headersText = JSON.stringify(checked);
  checkSize(Buffer.byteLength(text), Buffer.byteLength(headersText), sizes);
  return { id: known, event, payload: text, headers: headersText, key: checked.key };
};
