import { QueueError } from '@typed-queue/contracts';
import type { RequestHandler, Response } from 'express';
import type { Context } from '../repository/repository.js';

/** In whose name a request is served, and what it is called in logs and events. */
export interface RequestContext extends Context {
  readonly requestId: string;
}

/** Goes into log lines and the headers of events as it is. */
const NAME = /^[\w.:@/+=-]{1,128}$/;

/**
 * Names each request: by its `X-Request-Id` when that is well formed, else by a new id; the answer tells it.
 * `X-Actor` is taken as it is: this API authenticates nobody, a gateway before it does.
 */
export const requestContext =
  (newRequestId: () => string): RequestHandler =>
  (request, response, next) => {
    const given = request.get('x-request-id');
    const requestId = given !== undefined && NAME.test(given) ? given : newRequestId();
    const actor = request.get('x-actor');
    response.set('X-Request-Id', requestId);
    response.locals.context = { requestId } satisfies RequestContext;
    if (actor !== undefined && !NAME.test(actor)) {
      const detail = 'X-Actor: expected 1 to 128 letters, digits or any of _ . : @ / + = -';
      throw new QueueError('header_invalid', detail);
    }
    if (actor !== undefined) response.locals.context = { requestId, actor } satisfies RequestContext;
    next();
  };

/** Of the request that is answered by this response. */
// Safe: nothing runs before the handler above.
export const contextOf = (response: Response): RequestContext => response.locals.context as RequestContext;
