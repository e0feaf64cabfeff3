import cors from 'cors';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { IdempotencyStore } from '../repository/idempotency-store.js';
import { actors } from './actor.js';
import { admission, type AdmissionOptions } from './admission.js';
import { authentication, OPEN, principalOf, type Authenticating } from './authentication.js';
import { visibleModels } from './authorization.js';
import { docsPage } from './docs-page.js';
import { expectations } from './early-refusal.js';
import { failures, routeUnknown } from './failures.js';
import { livez, readyz, type Readiness } from './health.js';
import { modelRoutes, onlyMethods } from './model-routes.js';
import { openApiDescriptions } from './openapi.js';
import { NO_LIMITS, type RateLimits } from './rate-limits.js';
import { requestContext } from './request-context.js';
import { requestLog } from './request-log.js';
import type { Resource } from './resource.js';

export interface ApiOptions extends Partial<Omit<AdmissionOptions, 'keysRequired'>> {
  readonly resources: readonly Resource[];
  readonly idempotency: IdempotencyStore;
  readonly readiness: Readiness;
  /** Default: asks for no token. */
  readonly authenticator?: Authenticating;
  /** The names of principals whose `X-Actor` counts. Default: `everybody`, where no token is asked for. */
  readonly actorGateways?: readonly string[];
  /** Default: none. */
  readonly limits?: RateLimits;
  readonly logger: Logger;
  readonly newRequestId: () => string;
  /** Milliseconds, from any beginning. */
  readonly now: () => number;
}

/** What a page of another origin may read of an answer. */
const EXPOSED = [
  ...['ETag', 'Idempotent-Replayed', 'Link', 'Location', 'RateLimit', 'RateLimit-Policy', 'Retry-After'],
  ...['WWW-Authenticate', 'X-Request-Id'],
];

/** An answer is data: a browser that shows one loads and runs nothing. */
const securityHeaders = helmet({
  // Whoever ends TLS before the API decides that for the whole domain.
  strictTransportSecurity: false,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
});

/** The REST API over repositories. Everything that fails is answered with a problem document. */
export const apiApp = (options: ApiOptions): Express => {
  const { resources, idempotency, readiness, logger } = options;
  const { host = '127.0.0.1', allowedHosts = [], origins = [], trustedProxies = 0 } = options;
  const { authenticator = OPEN, actorGateways = ['everybody'], limits = NO_LIMITS } = options;
  const { requests, wrongKeys } = limits;
  const keysRequired = authenticator.isRequired;
  const app = express();
  // Revisions are the only ETags.
  app.disable('x-powered-by').disable('etag');
  app.use(requestLog(logger, options.now), requestContext(options.newRequestId), securityHeaders);
  app.use(expectations);
  app.use(admission({ host, allowedHosts, origins, trustedProxies, keysRequired }));
  if (origins.length > 0) app.use(cors({ origin: [...origins], exposedHeaders: EXPOSED, maxAge: 600 }));
  app.route('/livez').get(livez).all(onlyMethods('GET', 'HEAD'));
  app.route('/readyz').get(readyz(readiness)).all(onlyMethods('GET', 'HEAD'));
  const signIn = (anonymous: boolean) => [
    ...[wrongKeys.check, authentication({ authenticator, anonymous }), wrongKeys.count, requests],
  ];
  app.use('/docs', requests, docsPage());
  app
    .route('/openapi.json')
    .get(signIn(true), descriptions(resources, keysRequired))
    .all(onlyMethods('GET', 'HEAD'));
  app.use(signIn(false), actors(actorGateways));
  for (const resource of resources) {
    app.use(modelRoutes(resource, idempotency));
  }
  app.use(routeUnknown, failures(logger));
  return app;
};

/** Describes what the one who asks may see. */
const descriptions = (resources: readonly Resource[], keysRequired: boolean): RequestHandler => {
  const models = resources.map(({ model }) => model);
  const descriptionOf = openApiDescriptions(keysRequired);
  return (_request, response) => {
    response.json(descriptionOf(visibleModels(principalOf(response), models)));
  };
};
