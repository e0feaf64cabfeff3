import type { RequestHandler, Response } from 'express';
import type { Context } from '../repository/repository.js';

/** In whose name a request is served, and what it is called in logs and events. */
export interface RequestContext extends Context {
  readonly requestId: string;
}

/** Goes into log lines and the headers of events as it is. */
const NAME = /^[\w.:@/+=-]{1,128}$/;

/** Names each request: by its `X-Request-Id` when that is well formed, else by a new id; the answer tells it. */
export const requestContext =
  (newRequestId: () => string): RequestHandler =>
  (request, response, next) => {
    const given = request.get('x-request-id');
    const requestId = given !== undefined && NAME.test(given) ? given : newRequestId();
    response.set('X-Request-Id', requestId);
    response.locals.context = { requestId } satisfies RequestContext;
    next();
  };

/** Of the request that is answered by this response. */
// Safe: nothing runs before the handler above.
export const contextOf = (response: Response): RequestContext => response.locals.context as RequestContext;
