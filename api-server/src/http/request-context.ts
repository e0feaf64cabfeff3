import { ApiError } from '@typed-queue/contracts';
import type { RequestHandler, Response } from 'express';
import type { Context } from '../repository/repository.js';
import { principalOf } from './authentication.js';

/** In whose name a request is served, and what it is called in logs and events. */
interface RequestContext extends Context {
  readonly requestId: string;
}

/** Goes into log lines and the headers of events as it is. */
const NAME = /^[\w.:@/+=-]{1,128}$/;

/** Gives each request an id: its `X-Request-Id` when that is well formed, else a new one. The answer has it, too. */
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

/**
 * Sets the actor of a request: its principal, or whom `X-Actor` names when the principal is a gateway. Without authentication there is none, unless it is named.
 * @param gateways the names of principals that may speak for others
 * @throws ApiError `forbidden` for anybody else who sends `X-Actor`; `header_invalid`
 */
export const actors = (gateways: readonly string[]): RequestHandler => {
  const trusted = new Set(gateways);
  return (request, response, next) => {
    const { kind, name } = principalOf(response) ?? { kind: 'everybody', name: 'everybody' };
    const named = request.get('x-actor');
    if (named !== undefined && !trusted.has(name)) {
      const detail = `X-Actor: ${name} may not speak for others. If it should, add it to ACTOR_GATEWAYS.`;
      throw new ApiError('forbidden', detail, { details: { principal: name, header: 'x-actor' } });
    }
    if (named !== undefined && !NAME.test(named)) {
      const detail = 'X-Actor: expected 1 to 128 letters, digits or any of _ . : @ / + = -';
      throw new ApiError('header_invalid', detail);
    }
    const actor = named ?? (kind === 'everybody' ? undefined : name);
    const context: RequestContext = contextOf(response);
    if (actor !== undefined) response.locals.context = { ...context, actor } satisfies RequestContext;
    next();
  };
};
