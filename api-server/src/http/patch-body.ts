import { QueueError } from '@typed-queue/contracts';
import type { Fields } from '../models/model.js';

/**
 * A JSON merge patch, its fields unchecked.
 * @throws QueueError `document_invalid` when it is no object
 */
export const checkedPatch = (body: unknown): Fields => {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return Object.fromEntries(Object.entries(body));
  throw new QueueError('document_invalid', 'A patch is an object: the fields to change.');
};
