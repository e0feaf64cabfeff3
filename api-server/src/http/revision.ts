import { ApiError } from '@typed-queue/contracts';
import type { Request } from 'express';
import type { Entity, Expected } from '../repository/repository.js';

/** A document's revision, as HTTP writes it. */
export const etagOf = ({ revision }: Entity): string => `"${revision}"`;

/**
 * The revisions that a change means; undefined: whichever there is (`If-Match: *`). Weak tags and those that this API
 * never gave mean none (RFC 9110, 13.1.1).
 * @throws ApiError `precondition_required`, `header_invalid`
 */
export const expectedRevisions = (request: Request): Expected => {
  const given = request.get('if-match');
  if (given === undefined) {
    const detail = 'Send If-Match with the ETag of the document as you read it, or * for whichever there is.';
    throw new ApiError('precondition_required', detail);
  }
  const tags = entityTags(given);
  if (tags === undefined) {
    throw new ApiError('header_invalid', 'If-Match: expected ETags as this API gave them, or *.');
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

/** An entity tag (RFC 9110, 8.8.3). */
interface EntityTag {
  readonly weak: boolean;
  /** Without its quotes. */
  readonly opaque: string;
}

const TAG = /\s*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)|\s*,/y;

/** The tags of `If-Match` or `If-None-Match`; `*`: any; undefined: it is neither. Empty elements are none. */
const entityTags = (header: string): readonly EntityTag[] | '*' | undefined => {
  if (header.trim() === '*') return '*';
  const tags: EntityTag[] = [];
  const pattern = new RegExp(TAG);
  while (pattern.lastIndex < header.length) {
    const found = pattern.exec(header);
    if (found === null) return undefined;
    const [, weak, opaque] = found;
    if (opaque !== undefined) tags.push({ weak: weak !== undefined, opaque });
  }
  return tags.length > 0 ? tags : undefined;
};
