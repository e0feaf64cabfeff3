import { QueueError } from '@typed-queue/contracts';
import type { Request } from 'express';
import type { Entity } from '../repository/repository.js';

/** A document's revision, as HTTP writes it. */
export const etagOf = ({ revision }: Entity): string => `"${revision}"`;

/**
 * The revision that a change means; undefined: whichever there is (`If-Match: *`).
 * @throws QueueError `precondition_required`, `header_invalid`
 */
export const expectedRevision = (request: Request): number | undefined => {
  const given = request.get('if-match');
  if (given === undefined) {
    const detail = 'Send If-Match with the ETag of the document as you read it, or * for whichever there is.';
    throw new QueueError('precondition_required', detail);
  }
  if (given === '*') return undefined;
  const [, digits] = /^"(\d{1,15})"$/.exec(given) ?? [];
  if (digits === undefined) {
    throw new QueueError('header_invalid', 'If-Match: expected one ETag as this API gave it, or *.');
  }
  return Number(digits);
};

/** Whether the caller has this revision already, by its `If-None-Match`. */
export const isKnown = (request: Request, document: Entity): boolean => {
  const etags = request.get('if-none-match')?.split(',') ?? [];
  return etags
    .map((etag) => etag.trim().replace(/^W\//, ''))
    .some((etag) => etag === '*' || etag === etagOf(document));
};
