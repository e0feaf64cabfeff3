import { ApiError } from '@typed-queue/contracts';
import { EVERYBODY } from '@typed-queue/program';
import type { Request, Response } from 'express';
import { createHash } from 'node:crypto';
import type { Answer, IdempotencyStore, KeyedRequest } from '../repository/idempotency-store.js';
import type { UnitOfWork } from '../repository/unit-of-work.js';
import { principalOf } from './authentication.js';
import { contextOf } from './request-context.js';

const KEY = /^[\x21-\x7e]{1,128}$/;

/** The same text for the same JSON value, whatever the order of its fields. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_name, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );

/**
 * The key that a creation is known by when it is sent again; undefined: it has none. Keys of different scopes have
 * nothing to do with each other.
 * @throws ApiError `header_invalid`
 */
const keyedRequest = (request: Request, scope: string): KeyedRequest | undefined => {
  const key = request.get('idempotency-key');
  if (key === undefined) return undefined;
  if (!KEY.test(key)) {
    throw new ApiError('header_invalid', 'Idempotency-Key: expected 1 to 128 visible ASCII characters.');
  }
  // Of what was read, not of the bytes: spaces and the order of fields make no other request.
  const fingerprint = createHash('sha256').update(canonical(request.body)).digest('hex');
  return { scope, key, fingerprint };
};

/** Each principal, and each actor that it speaks for, has keys of its own; without authentication all share them. */
const scopeOf = (response: Response, scope: string): string => {
  const { kind, name } = principalOf(response) ?? EVERYBODY;
  return kind === 'everybody' ? scope : JSON.stringify([scope, name, contextOf(response).actor]);
};

const send = (response: Response, { status, headers, body }: Answer): void => {
  response.status(status).set(headers).type('json').send(body);
};

/**
 * Answers with what work answers; when the request has an Idempotency-Key, the work is done once.
 * @throws ApiError `header_invalid`, `idempotency_conflict`
 */
export const sendOnce = async (
  request: Request,
  response: Response,
  { scope, idempotency }: { readonly scope: string; readonly idempotency: IdempotencyStore },
  work: (unit?: UnitOfWork) => Promise<Answer>,
): Promise<void> => {
  const keyed = keyedRequest(request, scopeOf(response, scope));
  if (keyed === undefined) {
    send(response, await work());
    return;
  }
  const { answer, replayed } = await idempotency.once(keyed, work);
  if (replayed) response.set('Idempotent-Replayed', 'true');
  send(response, answer);
};
