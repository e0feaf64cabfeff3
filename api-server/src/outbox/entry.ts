import {
  database,
  findIssues,
  MAX_HEADERS_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_PAYLOAD_DEPTH,
  ApiError,
  type ApiErrorCode,
  type Headers,
} from '@typed-queue/contracts';
import type { ChangeEvent } from '../publishing/publisher.js';

/** The event of a change that is not published yet. */
export interface Entry {
  /** The id of the message: a UUID, version 7. */
  readonly _id: string;
  readonly event: ChangeEvent['event'];
  /** JSON text: as a document, MongoDB could change the order of its keys, or its times. */
  readonly payload: string;
  readonly headers: Headers;
  /** `changeKey` of the document and its revision. Unique. */
  readonly change: string;
  /** The document that changed: `product/<id>`. */
  readonly document: string;
  /** Of the document after the change; a deletion counts as one. */
  readonly revision: number;
  readonly createdAt: Date;
  /** The queue server refused it permanently. */
  readonly parked?: Refusal;
}

export interface Refusal {
  readonly code: ApiErrorCode;
  readonly message: string;
  readonly at: Date;
}

const DIGITS = 12;

/** Sorts the changes of a document by revision. */
export const changeKey = (document: string, revision: number): string =>
  `${document}@${String(revision).padStart(DIGITS, '0')}`;

/**
 * The same entries, the ones of each document in the order of their revisions, at the positions that this document
 * had. The order of the ids is not enough: they come from the clocks of several processes.
 */
export const byRevision = (entries: readonly Entry[]): Entry[] => {
  const sorted = new Map<string, Entry[]>();
  for (const entry of [...entries].sort((a, b) => a.revision - b.revision)) {
    const others = sorted.get(entry.document);
    if (others === undefined) sorted.set(entry.document, [entry]);
    else others.push(entry);
  }
  const next = new Map<string, number>();
  return entries.flatMap(({ document }) => {
    const index = next.get(document) ?? 0;
    next.set(document, index + 1);
    return sorted.get(document)?.[index] ?? [];
  });
};

/**
 * The entry of a change.
 * @throws ApiError for an event that the queue server would refuse: `document_invalid`, `body_too_large`,
 * `header_invalid`. Its change must not be made, since nobody would ever hear of it.
 */
export const newEntry = (change: ChangeEvent, id: string, now: number): Entry => {
  const { event, headers, payload } = change;
  const document = `${payload.model}/${payload.id}`;
  const revision = revisionOf(change);
  return {
    _id: id,
    event,
    payload: checkedPayload(change),
    headers,
    change: changeKey(document, revision),
    document,
    revision,
    createdAt: new Date(now),
  };
};

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1)));

const bytesOf = (text: string): number => Buffer.byteLength(text);

const invalid = (message: string): ApiError => {
  const issues = [{ path: '', message }];
  return new ApiError('document_invalid', `The document does not fit into an event: ${message}.`, {
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
    throw new ApiError('body_too_large', message, { details: { limit: MAX_PAYLOAD_BYTES } });
  }
  if (bytesOf(JSON.stringify(headers)) > MAX_HEADERS_BYTES) {
    const message = `The actor and the request id have more than ${MAX_HEADERS_BYTES} bytes together.`;
    throw new ApiError('header_invalid', message, { details: { limit: MAX_HEADERS_BYTES } });
  }
  return text;
};

/** Of the document after the change; a deletion counts as one. */
const revisionOf = ({ event, payload }: ChangeEvent): number =>
  event === 'delete' ? payload.before.revision + 1 : payload.after.revision;
