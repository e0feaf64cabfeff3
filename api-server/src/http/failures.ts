import { ApiError } from '@typed-queue/contracts';
import { RepeatedErrors } from '@typed-queue/program';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { problemOf, RETRY_AFTER_S, statusOf } from './problem.js';
import { MAX_BODY_BYTES } from './json-body.js';
import { contextOf } from './request-context.js';

/** http-errors keeps some of its fields in prototypes. */
const fieldOf = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;

/** What Express and its body reader throw, in the project's words; anything else as it is. */
const named = (error: unknown): unknown => {
  if (error instanceof ApiError) return error;
  const status = fieldOf(error, 'status');
  if (error instanceof URIError) {
    return new ApiError('request_invalid', 'The path is not percent-encoded UTF-8.');
  }
  if (status === 413)
    return new ApiError('body_too_large', `The body has more than ${MAX_BODY_BYTES} bytes.`);
  if (status === 415) {
    return new ApiError('media_type_unsupported', 'Content-Encoding: a compressed body is not read.');
  }
  const isOfBody = typeof fieldOf(error, 'type') === 'string' && status === 400;
  return isOfBody ? new ApiError('body_invalid', 'The body did not arrive as it was announced.') : error;
};

/** When the request is best sent again, in seconds; undefined: never, as it is. */
const retryAfterOf = (error: unknown, status: number): number | undefined => {
  const retryAfterMs = error instanceof ApiError ? error.details.retryAfterMs : undefined;
  if (typeof retryAfterMs === 'number') return Math.ceil(retryAfterMs / 1_000);
  return status === 503 ? RETRY_AFTER_S : undefined;
};

export const routeUnknown: RequestHandler = (request) => {
  throw new ApiError('route_unknown', `There is nothing at ${request.path}; /openapi.json has all paths.`);
};

/** One line per interval for each outage, however many requests fail because of it. */
const OUTAGE_INTERVAL_MS = 60_000;

/** Logs what should not fail. */
const loggedBy = (logger: Logger, now: () => number): ((error: unknown, requestId: string) => void) => {
  const outages = new RepeatedErrors({ intervalMs: OUTAGE_INTERVAL_MS, now });
  return (error, requestId) => {
    const status = statusOf(error);
    if (status < 500) return;
    const skipped = error instanceof ApiError && status === 503 ? outages.note(error.code) : 0;
    if (skipped === undefined) return;
    logger.error({ err: error, requestId, ...(skipped > 0 && { untold: skipped }) }, 'a request failed');
  };
};

/** Answers everything that fails with a problem document. `now`: milliseconds, from any beginning. */
export const failures = (logger: Logger, now: () => number): ErrorRequestHandler => {
  const log = loggedBy(logger, now);
  return (thrown: unknown, request, response, next) => {
    const error = named(thrown);
    const { requestId } = contextOf(response);
    const status = statusOf(error);
    log(error, requestId);
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = problemOf(error, { path: request.path, requestId });
    response.locals.code = problem.code;
    const retryAfter = retryAfterOf(error, status);
    if (retryAfter !== undefined) response.set('Retry-After', String(retryAfter));
    response.removeHeader('ETag');
    response.status(status).type('application/problem+json').send(JSON.stringify(problem));
  };
};
