import type { OpenAPIRegistry, RouteConfig } from '@asteasolutions/zod-to-openapi';
import * as z from 'zod';
import { problemSchema } from './openapi-schemas.js';

const SCHEME = 'bearer';

/** An answer to a request that failed. */
export const problem = (description: string, headers: z.core.$ZodLooseShape = {}) => ({
  description,
  headers: z.object({
    'X-Request-Id': z.string(),
    'Retry-After': z.int().optional().describe('Seconds, with 429 and 503.'),
    ...headers,
  }),
  content: { 'application/problem+json': { schema: problemSchema } },
});

/** What operations have that not everybody may call. */
export type AccessFields = Pick<RouteConfig, 'security' | 'responses'>;

/** `keysRequired`: whether requests show a token. */
export const accessFields = (registry: OpenAPIRegistry, keysRequired: boolean): AccessFields => {
  const rateLimited = problem('Too many requests came; `Retry-After` says when to send again.', {
    RateLimit: z.string().optional().describe('What is left of the limit: r requests in t seconds.'),
    'RateLimit-Policy': z.string().optional().describe('The limit: q requests in w seconds.'),
  });
  if (!keysRequired) return { responses: { 429: rateLimited } };
  registry.registerComponent('securitySchemes', SCHEME, {
    type: 'http',
    scheme: 'bearer',
    description: 'A key of this server, or a JSON Web Token of its issuer.',
  });
  return {
    security: [{ [SCHEME]: [] }],
    responses: {
      401: problem('No token was shown, or a wrong or expired one.', { 'WWW-Authenticate': z.string() }),
      403: problem('The token has no right to do this.'),
      429: rateLimited,
    },
  };
};
