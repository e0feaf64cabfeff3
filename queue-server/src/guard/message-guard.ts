import {
  MAX_HEADERS_BYTES,
  MAX_PAYLOAD_BYTES,
  QueueError,
  type ErrorBody,
  type Headers,
} from '@typed-queue/contracts';
import { failed, MAX_FRAME_BYTES, queueOfCallLog } from '@typed-queue/contracts/wire';
import type { QueueVerb } from '@typed-queue/program';

const NAME_SHOWN = 100;
const REFUSALS_DETAILED = 100;

const tooLarge = (what: string, bytes: number, limit: number): QueueError =>
  new QueueError('message_too_large', `${what} of a message may have ${limit} bytes as JSON, not ${bytes}.`, {
    details: { bytes, limit },
  });

/** What a verb is applied to. */
interface Target {
  readonly event?: string;
  readonly group?: string;
}

const ACTIONS: Record<QueueVerb, (queue: string, of: Target) => string> = {
  publish: (queue, { event }) => `publish ${event === undefined ? '' : `"${event}" `}to "${queue}"`,
  consume: (queue, { group }) => `consume "${queue}"${group === undefined ? '' : ` as group "${group}"`}`,
  tail: (queue) => `tail "${queue}"`,
  admin: (queue) => `administer "${queue}"`,
  call: (queue, { event }) => `call ${event === undefined ? '' : `"${event}" of `}"${queue}"`,
  serve: (queue, { event }) => `serve ${event === undefined ? '' : `"${event}" of `}"${queue}"`,
};

export const forbidden = (verb: QueueVerb, queue: string, { event, group }: Target = {}): QueueError => {
  const of = {
    ...(event !== undefined && { event: event.slice(0, NAME_SHOWN) }),
    ...(group !== undefined && { group }),
  };
  const calls = verb === 'publish' ? queueOfCallLog(queue) : undefined;
  const why =
    calls === undefined
      ? 'Rights are set in the keys file of the server, or in the token.'
      : `It is the log of the durable calls of "${calls}": make a call instead.`;
  return new QueueError('forbidden', `The client has no right to ${ACTIONS[verb](queue, of)}. ${why}`, {
    details: { verb, queue, ...of },
  });
};

/** Bounds of a message, as JSON. */
export interface MessageSizes {
  readonly maxPayloadBytes: number;
  readonly maxHeadersBytes: number;
}

export const LARGEST_SIZES: MessageSizes = {
  maxPayloadBytes: MAX_PAYLOAD_BYTES,
  maxHeadersBytes: MAX_HEADERS_BYTES,
};

/** @throws QueueError `message_too_large` */
export const checkSize = (payloadBytes: number, headersBytes: number, sizes: MessageSizes): void => {
  const { maxPayloadBytes, maxHeadersBytes } = sizes;
  if (payloadBytes > maxPayloadBytes) throw tooLarge('The payload', payloadBytes, maxPayloadBytes);
  if (headersBytes > maxHeadersBytes) throw tooLarge('The headers', headersBytes, maxHeadersBytes);
};

/** @throws QueueError `frame_too_large` */
export const checkFrameSize = (bytes: number): void => {
  if (bytes <= MAX_FRAME_BYTES) return;
  throw new QueueError(
    'frame_too_large',
    `Messages sent at once may have ${MAX_FRAME_BYTES} bytes; these have ${bytes}.`,
    {
      details: { bytes, limit: MAX_FRAME_BYTES },
    },
  );
};

/** Why a message of many is refused. Only the first refusals have details: an answer stays about as large as its request. */
export const refusalOf = (error: QueueError, refusedBefore: number): ErrorBody => {
  const body = failed(error).error;
  return refusedBefore < REFUSALS_DETAILED ? body : { ...body, details: {} };
};

/** `events`: those that the client may know. */
export const eventUnknown = (queue: string, event: string, events: readonly string[]): QueueError => {
  const name = event.slice(0, NAME_SHOWN);
  const known = events.length === 0 ? 'none that you may publish' : events.join(', ');
  return new QueueError('event_unknown', `Queue "${queue}" has no event "${name}"; it has ${known}.`, {
    details: { queue, event: name, events },
  });
};

/** Headers are an object of texts. @throws QueueError `message_invalid` */
export const checkHeaders = (headers: unknown): Headers => {
  const texts =
    typeof headers === 'object' &&
    headers !== null &&
    !Array.isArray(headers) &&
    !ArrayBuffer.isView(headers) &&
    !(headers instanceof ArrayBuffer) &&
    Object.values(headers).every((value) => typeof value === 'string');
  if (!texts) throw new QueueError('message_invalid', 'The headers of a message are an object of strings.');
  // Safe: an object, and each of its values is a string.
  return headers as Headers;
};
