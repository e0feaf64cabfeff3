import { newId, QueueError, type ErrorBody } from '@typed-queue/contracts';
import {
  checkInBatch,
  dedupeId,
  encodeFrame,
  isUuid,
  MAX_FRAME_MESSAGES,
  NIL_UUID,
  checkPriority,
  type Draft,
  type Frame,
} from '@typed-queue/contracts/wire';
import { Buffer } from 'node:buffer';
import { checkFrameSize, checkHeaders, checkSize, refusalOf, type MessageSizes } from './message-guard.js';
import { checkPayload } from './payload-guard.js';
import type { PublishableEvents } from './publishable-events.js';

/** Several messages of the plain JSON form: what may be stored, and what is wrong with the others. */
export interface GuardedPublications {
  readonly frame: Frame | undefined;
  /** In the order of the request: the message's id, or why it is refused. */
  readonly messages: readonly ({ readonly id: string } | { readonly error: ErrorBody })[];
}

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

/** The id in the frame, which consumers see. */
const idOf = (queue: string, { id, dedupeKey }: Readonly<Record<string, unknown>>): string => {
  if (id !== undefined && dedupeKey !== undefined)
    throw new QueueError('message_invalid', 'A message has an id or a dedupe key, not both.');
  if (dedupeKey !== undefined) return dedupeId(queue, dedupeKey);
  if (id === undefined) return newId();
  if (!isUuid(id) || id === NIL_UUID)
    throw new QueueError('message_invalid', 'The id of a message is a UUID, and not zeros.');
  return id.toLowerCase();
};

/**
 * Checks one message of the plain JSON form, and returns it as a frame is made of.
 * `events`: those that its client may publish.
 * @throws QueueError `message_invalid`, `forbidden`, `message_too_large`, `event_unknown`, `payload_invalid`
 */
export const guardPublication = (events: PublishableEvents, input: unknown, sizes: MessageSizes): Draft => {
  const { event, payload, headers, ...named } = record(input);
  if (typeof event !== 'string')
    throw new QueueError('message_invalid', 'The event of a message is a string.');
  const schema = events.schemaOf(event);
  const known = idOf(events.queue, named);
  checkPayload(payload, { queue: events.queue, event, schema });
  const text = JSON.stringify(payload);
  if (headers === undefined) {
    checkSize(Buffer.byteLength(text), 0, sizes);
    return { id: known, event, payload: text };
  }
  const checked = checkHeaders(headers);
  const headersText = JSON.stringify(checked);
  checkSize(Buffer.byteLength(text), Buffer.byteLength(headersText), sizes);
  const { key, priority } = checked;
  return { id: known, event, payload: text, headers: headersText, key, priority: checkPriority(priority) };
};

/**
 * Checks messages of the plain JSON form, each by itself.
 * @throws QueueError `request_invalid`, `frame_too_large`
 */
export const guardPublications = (
  events: PublishableEvents,
  inputs: readonly unknown[],
  sizes: MessageSizes,
): GuardedPublications => {
  checkCount(inputs);
  const drafts: Draft[] = [];
  let refused = 0;
  const messages = inputs.map((input) => {
    try {
      const draft = guardPublication(events, input, sizes);
      drafts.push(draft);
      return { id: draft.id };
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      return { error: refusalOf(error, refused++) };
    }
  });
  return { frame: drafts.length === 0 ? undefined : packed(drafts), messages };
};

/**
 * Checks a batch of messages of the plain JSON form: one that is refused refuses all.
 * @throws QueueError `request_invalid`, `frame_too_large`, and as `guardPublication` for the first wrong message
 */
export const guardBatch = (events: PublishableEvents, inputs: unknown, sizes: MessageSizes): Frame => {
  if (!Array.isArray(inputs)) throw new QueueError('request_invalid', 'A batch is an array of messages.');
  const messages: readonly unknown[] = inputs;
  checkCount(messages);
  return packed(
    messages.map((message, index) =>
      checkInBatch(index, eventOf(message), () => guardPublication(events, message, sizes)),
    ),
  );
};

/** The event that an error names; undefined: none that could be one. */
const eventOf = (message: unknown): string | undefined =>
  typeof message === 'object' && message !== null && 'event' in message && typeof message.event === 'string'
    ? message.event.slice(0, NAME_SHOWN)
    : undefined;

const checkCount = ({ length }: readonly unknown[]): void => {
  if (length > 0 && length <= MAX_FRAME_MESSAGES) return;
  throw new QueueError(
    'request_invalid',
    `Publish 1 to ${MAX_FRAME_MESSAGES} messages at once, not ${length}.`,
  );
};

const packed = (drafts: readonly Draft[]): Frame => {
  const frame = encodeFrame(drafts);
  checkFrameSize(frame.bytes.byteLength);
  return frame;
};
