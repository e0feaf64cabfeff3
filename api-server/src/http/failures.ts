import { QueueError } from '@typed-queue/contracts';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { problemOf, RETRY_AFTER_S, statusOf } from './problem.js';
import { MAX_BODY_BYTES } from './json-body.js';
import { RepeatedFailures } from './repeated-failures.js';
import { contextOf } from './request-context.js';

/** http-errors keeps some of its fields in prototypes. */
const fieldOf = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;

/** What Express and its body reader throw, in the project's words; anything else as it is. */
const named = (error: unknown): unknown => {
  if (error instanceof QueueError) return error;
  const status = fieldOf(error, 'status');
  if (error instanceof URIError) {
    return new QueueError('request_invalid', 'The path is not percent-encoded UTF-8.');
  }
  if (status === 413)
    return new QueueError('body_too_large', `The body has more than ${MAX_BODY_BYTES} bytes.`);
  if (status === 415) {
    return new QueueError('media_type_unsupported', 'Content-Encoding: a compressed body is not read.');
  }
  const isOfBody = typeof fieldOf(error, 'type') === 'string' && status === 400;
  return isOfBody ? new QueueError('body_invalid', 'The body did not arrive as it was announced.') : error;
};

export const routeUnknown: RequestHandler = (request) => {
  throw new QueueError('route_unknown', `There is nothing at ${request.path}; /openapi.json has all paths.`);
};

/** Tells the log of what should not fail; of requests that fail for the same outage, of the first and their number. */
const telling = (logger: Logger, now: () => number): ((error: unknown, requestId: string) => void) => {
  const outages = new RepeatedFailures(now);
  return (error, requestId) => {
    const status = statusOf(error);
    if (status < 500) return;
    const untold = error instanceof QueueError && status === 503 ? outages.note(error.code) : 0;
    if (untold === undefined) return;
    logger.error({ err: error, requestId, ...(untold > 0 && { untold }) }, 'a request failed');
  };
};

/** Answers everything that fails with a problem document. `now`: milliseconds, from any beginning. */
export const failures = (logger: Logger, now: () => number): ErrorRequestHandler => {
  const tell = telling(logger, now);
  return (thrown: unknown, request, response, next) => {
    const error = named(thrown);
    const { requestId } = contextOf(response);
    const status = statusOf(error);
    tell(error, requestId);
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = problemOf(error, { path: request.path, requestId });
    response.locals.code = problem.code;
    if (status === 503) response.set('Retry-After', String(RETRY_AFTER_S));
    response.removeHeader('ETag');
    response.status(status).type('application/problem+json').send(JSON.stringify(problem));
  };
};
