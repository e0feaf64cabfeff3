import { QueueError } from '@typed-queue/contracts';
import type { Fields } from '../models/model.js';

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The changes of a JSON merge patch (RFC 7396), their values unchecked: null removes a field, and becomes undefined.
 * Fields are values of one piece: an object or array replaces the whole.
 * @throws QueueError `document_invalid` when it is no object
 */
export const changesOf = (body: unknown): Fields => {
  if (!isObject(body))
    throw new QueueError('document_invalid', 'A patch is an object: the fields to change.');
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, value ?? undefined]));
};
