import {
  findIssues,
  MAX_HEADERS_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_PAYLOAD_DEPTH,
  QueueError,
  type ErrorBody,
  type Headers,
  type Issue,
  type PayloadSchema,
} from '@typed-queue/contracts';
import { failed, MAX_FRAME_BYTES } from '@typed-queue/contracts/wire';
import type { QueueVerb } from '@typed-queue/program';

const ISSUES_SHOWN = 3;
const ISSUES_KEPT = 100;
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
};

export const forbidden = (verb: QueueVerb, queue: string, { event, group }: Target = {}): QueueError => {
  const of = {
    ...(event !== undefined && { event: event.slice(0, NAME_SHOWN) }),
    ...(group !== undefined && { group }),
  };
  return new QueueError(
    'forbidden',
    `The client has no right to ${ACTIONS[verb](queue, of)}. Rights are set in the keys file of the server, or in the token.`,
    { details: { verb, queue, ...of } },
  );
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

/** What the payload of a message must be. */
export interface PayloadRule {
  readonly queue: string;
  readonly event: string;
  readonly schema: PayloadSchema;
}

/** @throws QueueError `payload_invalid`, `schema_changes_value` */
export const checkPayload = (payload: unknown, rule: PayloadRule): void => {
  const issues = issuesOf(payload, rule);
  if (issues === undefined) return;
  const { queue, event } = rule;
  const shown = issues
    .slice(0, ISSUES_SHOWN)
    .map(({ path, message }) => (path ? `${path}: ${message}` : message));
  throw new QueueError(
    'payload_invalid',
    `The payload of "${event}" in queue "${queue}" does not match its schema. ${shown.join('; ')}.`,
    { details: { queue, event, issues: issues.slice(0, ISSUES_KEPT) } },
  );
};

const issuesOf = (payload: unknown, { queue, event, schema }: PayloadRule): readonly Issue[] | undefined => {
  if (payload === undefined) return [{ path: '', message: 'it is missing' }];
  const unfit = findUnfit(payload, MAX_PAYLOAD_DEPTH);
  if (unfit !== undefined) return [{ path: '', message: unfit }];
  try {
    return findIssues(schema, payload);
  } catch (error) {
    throw schemaFault(error, queue, event);
  }
};

/** The schema is at fault, not the payload: never retryable, since a resend fails in the same way. */
const schemaFault = (error: unknown, queue: string, event: string): QueueError => {
  const of = `"${event}" in queue "${queue}"`;
  return error instanceof QueueError
    ? new QueueError(error.code, `${of}: ${error.message}`, { details: { ...error.details, queue, event } })
    : new QueueError('contract_invalid', `The schema of ${of} fails instead of validating.`, {
        cause: error,
      });
};

/** Why a value can be no payload under any schema: Socket.IO also carries bytes, and any depth. */
const findUnfit = (value: unknown, levels: number): string | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return 'it holds bytes, which JSON cannot';
  if (levels === 0) return `it is nested deeper than ${MAX_PAYLOAD_DEPTH} levels`;
  // Safe: any object can be read by its own keys.
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key in fields) {
    const unfit = findUnfit(fields[key], levels - 1);
    if (unfit !== undefined) return unfit;
  }
  return undefined;
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
