import {
  accessPolicy,
  accessRefusal,
  arrivalOf,
  HEALTH_PATHS,
  type AccessOptions,
} from '@typed-queue/program';
import type { RequestHandler } from 'express';

/** Which requests may come in. */
export interface AdmissionOptions extends AccessOptions {
  /** Through how many proxies requests come, whose `X-Forwarded-…` headers count. */
  readonly trustedProxies: number;
}

/**
 * Lets requests in by the names of this server, and from no pages but its own and the listed ones; asking for its
 * health is free.
 * @throws ApiError `host_refused`, `origin_refused`, `request_invalid`
 */
export const admission = ({ trustedProxies, ...access }: AdmissionOptions): RequestHandler => {
  const policy = accessPolicy(access);
  return (request, response, next) => {
    if (!HEALTH_PATHS.includes(request.path)) {
      const arrival = arrivalOf(request, trustedProxies);
      const refusal = accessRefusal(arrival, policy);
      response.locals.refused = refusal && { address: arrival.clientAddress, ...refusal.details };
      if (refusal !== undefined) throw refusal;
    }
    next();
  };
};
