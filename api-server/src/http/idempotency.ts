import { QueueError } from '@typed-queue/contracts';
import type { Request } from 'express';
import { createHash } from 'node:crypto';
import type { KeyedRequest } from '../repository/idempotency-store.js';
import type { Description } from './resource.js';

const KEY = /^[\x21-\x7e]{1,128}$/;

/**
 * The key that a creation is known by when it is sent again; undefined: it has none.
 * @throws QueueError `header_invalid`
 */
export const keyedRequest = (request: Request, model: Description): KeyedRequest | undefined => {
  const key = request.get('idempotency-key');
  if (key === undefined) return undefined;
  if (!KEY.test(key)) {
    throw new QueueError('header_invalid', 'Idempotency-Key: expected 1 to 128 visible ASCII characters.');
  }
  // Of what was read, not of the bytes: spaces make no other request.
  const fingerprint = createHash('sha256').update(JSON.stringify(request.body)).digest('hex');
  return { scope: model.path, key, fingerprint };
};
