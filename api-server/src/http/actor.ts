import { QueueError } from '@typed-queue/contracts';
import type { RequestHandler } from 'express';
import { principalOf } from './authentication.js';
import { contextOf, type RequestContext } from './request-context.js';

/** Goes into log lines and the headers of events as it is. */
const ACTOR = /^[\w.:@/+=-]{1,128}$/;

/**
 * Sets the actor of a request: its principal, or whom `X-Actor` names when the principal is a gateway. Where nobody
 * signs in there is none, unless it is named.
 * @param gateways the names of principals that may speak for others
 * @throws QueueError `forbidden` for anybody else who sends `X-Actor`; `header_invalid`
 */
export const actors = (gateways: readonly string[]): RequestHandler => {
  const trusted = new Set(gateways);
  return (request, response, next) => {
    const { kind, name } = principalOf(response) ?? { kind: 'everybody', name: 'everybody' };
    const named = request.get('x-actor');
    if (named !== undefined && !trusted.has(name)) {
      const detail = `X-Actor: ${name} may not speak for others. If it should, add it to ACTOR_GATEWAYS.`;
      throw new QueueError('forbidden', detail, { details: { principal: name, header: 'x-actor' } });
    }
    if (named !== undefined && !ACTOR.test(named)) {
      const detail = 'X-Actor: expected 1 to 128 letters, digits or any of _ . : @ / + = -';
      throw new QueueError('header_invalid', detail);
    }
    const actor = named ?? (kind === 'everybody' ? undefined : name);
    const context: RequestContext = contextOf(response);
    if (actor !== undefined) response.locals.context = { ...context, actor } satisfies RequestContext;
    next();
  };
};
