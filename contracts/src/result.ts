import { QueueError, type ErrorBody } from './errors.js';

/** Every answer on the wire: never a bare string, never an exception. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorBody };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

/** Anything thrown as an answer. What is not a `QueueError` is a bug, and its text stays in the server. */
export const failed = (error: unknown): { readonly ok: false; readonly error: ErrorBody } => ({
  ok: false,
  error:
    error instanceof QueueError
      ? error.toJSON()
      : new QueueError('internal', 'The server failed to handle this request; its log says more.').toJSON(),
});
