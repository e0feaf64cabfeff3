import cors from 'cors';
import express, { type Express, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Metric } from '@typed-queue/program';
import type { Logger } from 'pino';
import type { IdempotencyStore } from '../repository/idempotency-store.js';
import { admission, type AdmissionOptions } from './admission.js';
import {
  authentication,
  OPEN,
  principalOf,
  type Authenticating,
  type AuthenticationOptions,
} from './authentication.js';
import { administersAll, administration, visibleModels } from './authorization.js';
import { docsPage } from './docs-page.js';
import { expectations } from './early-refusal.js';
import { failures, routeUnknown } from './failures.js';
import { livez, readyz, type Readiness } from './health.js';
import { allParameters } from './list-parameters.js';
import { metricsPage } from './metrics-page.js';
import { modelRoutes, onlyMethods } from './model-routes.js';
import { openApiDescriptions } from './openapi.js';
import { OUTBOX_PATH, outboxAdmin, type OutboxAdmin } from './outbox-admin.js';
import { NO_LIMITS, type RateLimits } from './rate-limits.js';
import { actors, requestContext } from './request-context.js';
import { RequestCounts } from './request-counts.js';
import { requestLog } from './request-log.js';
import { tracedRequests, type RequestTracing } from './request-tracing.js';
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
  /** Default: the events that were permanently refused are out of reach. */
  readonly outbox?: OutboxAdmin;
  /** What `/metrics` shows besides the requests. Default: there is no such page. */
  readonly metrics?: () => Promise<readonly Metric[]>;
  /** Default: none. */
  readonly tracing?: RequestTracing | undefined;
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
  // The proxy that terminates TLS decides that for the whole domain.
  strictTransportSecurity: false,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
});

/** The REST API over repositories. Everything that fails is answered with a problem document. */
export const apiApp = (options: ApiOptions): Express => {
  const { resources, idempotency, logger, authenticator = OPEN, actorGateways = ['everybody'] } = options;
  const { host = '127.0.0.1', allowedHosts = [], origins = [], trustedProxies = 0 } = options;
  const { isRequired: keysRequired } = authenticator;
  const app = express();
  // Revisions are the only ETags.
  app.disable('x-powered-by').disable('etag');
  const parameters = new Set(resources.flatMap(({ model }) => allParameters(model)));
  const requests = new RequestCounts(options.now);
  app.use(requests.handler, requestLog({ logger, now: options.now, parameters }));
  app.use(requestContext(options.newRequestId), securityHeaders);
  if (options.tracing !== undefined) app.use(tracedRequests(options.tracing));
  app.use(expectations);
  app.use(admission({ host, allowedHosts, origins, trustedProxies, keysRequired }));
  if (origins.length > 0) app.use(cors({ origin: [...origins], exposedHeaders: EXPOSED, maxAge: 600 }));
  servePages(app, options);
  app.use(signIn(options, { anonymous: false }), actors(actorGateways));
  serveOperators(app, options, requests);
  for (const resource of resources) {
    app.use(modelRoutes(resource, { idempotency, authenticator }));
  }
  app.use(routeUnknown, failures(logger, options.now));
  return app;
};

/** What may be asked for without a token. */
const servePages = (app: Express, options: ApiOptions): void => {
  const { resources, readiness, authenticator = OPEN, limits = NO_LIMITS } = options;
  const models = resources.map(({ model }) => model);
  const descriptionOf = openApiDescriptions(authenticator.isRequired);
  app.route('/livez').get(livez).all(onlyMethods('GET', 'HEAD'));
  app.route('/readyz').get(readyz(readiness)).all(onlyMethods('GET', 'HEAD'));
  app.use('/docs', limits.requests, docsPage());
  app
    .route('/openapi.json')
    .get(signIn(options, { anonymous: true }), (_request: Request, response: Response) => {
      const principal = principalOf(response);
      const seen = {
        models: visibleModels(principal, models),
        administers: administersAll(principal, models),
      };
      response.json(descriptionOf(seen));
    })
    .all(onlyMethods('GET', 'HEAD'));
};

/** What those may ask for who may administer all models. */
const serveOperators = (app: Express, options: ApiOptions, requests: RequestCounts): void => {
  const { resources, outbox, metrics } = options;
  const administrator = administration(resources.map(({ model }) => model));
  if (outbox !== undefined) app.use(OUTBOX_PATH, administrator).use(outboxAdmin(outbox));
  if (metrics === undefined) return;
  app
    .route('/metrics')
    .get(
      administrator,
      metricsPage(async () => [...(await metrics()), requests.metric()]),
    )
    .all(onlyMethods('GET', 'HEAD'));
};

/** Finds out who asks, and how often. */
const signIn = (
  { authenticator = OPEN, limits: { signIns, wrongKeys, requests } = NO_LIMITS }: ApiOptions,
  { anonymous }: Pick<AuthenticationOptions, 'anonymous'>,
) => [
  ...[signIns.check, wrongKeys.check, authentication({ authenticator, anonymous })],
  ...[wrongKeys.count, signIns.count, requests],
];
