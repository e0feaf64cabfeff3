import { QueueError } from '@typed-queue/contracts';
import type { Request } from 'express';
import type { Entity, Expected } from '../repository/repository.js';
import { entityTags } from './entity-tag.js';

/** A document's revision, as HTTP writes it. */
export const etagOf = ({ revision }: Entity): string => `"${revision}"`;

/**
 * The revisions that a change means; undefined: whichever there is (`If-Match: *`). Weak tags and those that this API
 * never gave mean none (RFC 9110, 13.1.1).
 * @throws QueueError `precondition_required`, `header_invalid`
 */
export const expectedRevisions = (request: Request): Expected => {
  const given = request.get('if-match');
  if (given === undefined) {
    const detail = 'Send If-Match with the ETag of the document as you read it, or * for whichever there is.';
    throw new QueueError('precondition_required', detail);
  }
  const tags = entityTags(given);
  if (tags === undefined) {
    throw new QueueError('header_invalid', 'If-Match: expected ETags as this API gave them, or *.');
  }
  if (tags === '*') return undefined;
  return tags
    .filter(({ weak, opaque }) => !weak && /^[1-9]\d{0,14}$/.test(opaque))
    .map(({ opaque }) => Number(opaque));
};

/** Whether the caller has this revision already, by its `If-None-Match`. Weak tags will do (RFC 9110, 13.1.2). */
export const isKnown = (request: Request, { revision }: Entity): boolean => {
  const tags = entityTags(request.get('if-none-match') ?? '');
  return tags === '*' || tags?.some(({ opaque }) => opaque === String(revision)) === true;
};
