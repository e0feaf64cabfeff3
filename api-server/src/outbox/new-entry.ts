import {
  database,
  findIssues,
  MAX_HEADERS_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_PAYLOAD_DEPTH,
  QueueError,
} from '@typed-queue/contracts';
import type { ChangeEvent } from '../publishing/event.js';
import { changeKey, type Entry } from './entry.js';

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1)));

const bytesOf = (text: string): number => Buffer.byteLength(text);

const invalid = (message: string): QueueError => {
  const issues = [{ path: '', message }];
  return new QueueError('document_invalid', `The document cannot be told of in an event: ${message}.`, {
    details: { issues },
  });
};

/** The payload as it will be published. */
const checkedPayload = ({ event, payload, headers }: ChangeEvent): string => {
  if (isDeeper(payload, MAX_PAYLOAD_DEPTH))
    throw invalid(`it is nested deeper than ${MAX_PAYLOAD_DEPTH} levels`);
  const [issue] = findIssues(database.events[event], payload) ?? [];
  if (issue !== undefined) throw invalid(`${issue.path}: ${issue.message}`);
  const text = JSON.stringify(payload);
  if (bytesOf(text) > MAX_PAYLOAD_BYTES) {
    const message = `The event of this change would have more than ${MAX_PAYLOAD_BYTES} bytes as JSON: make the document smaller.`;
    throw new QueueError('body_too_large', message, { details: { limit: MAX_PAYLOAD_BYTES } });
  }
  if (bytesOf(JSON.stringify(headers)) > MAX_HEADERS_BYTES) {
    const message = `The actor and the request id have more than ${MAX_HEADERS_BYTES} bytes together.`;
    throw new QueueError('header_invalid', message, { details: { limit: MAX_HEADERS_BYTES } });
  }
  return text;
};

/** What a change leaves behind; a deletion counts as one. */
const revisionOf = ({ event, payload }: ChangeEvent): number =>
  event === 'delete' ? payload.before.revision + 1 : payload.after.revision;

/**
 * An event as it waits for its publication.
 * @throws QueueError for one that the queue server would refuse: `document_invalid`, `body_too_large`,
 * `header_invalid`. Its change must not be made: nobody could ever be told.
 */
export const newEntry = (change: ChangeEvent, id: string, now: number): Entry => {
  const { event, headers, payload } = change;
  const document = `${payload.model}/${payload.id}`;
  const revision = revisionOf(change);
  return {
    _id: id,
    ...{ event, payload: checkedPayload(change), headers },
    ...{ change: changeKey(document, revision), document, revision },
    createdAt: new Date(now),
  };
};
