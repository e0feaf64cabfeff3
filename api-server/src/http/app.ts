import cors from 'cors';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { IdempotencyStore } from '../repository/idempotency-store.js';
import { admission, type AdmissionOptions } from './admission.js';
import { docsPage } from './docs-page.js';
import { expectations } from './early-refusal.js';
import { failures, routeUnknown } from './failures.js';
import { livez, readyz, type Readiness } from './health.js';
import { modelRoutes, onlyMethods } from './model-routes.js';
import { openApiDocument } from './openapi.js';
import { outboxAdmin, type OutboxAdmin } from './outbox-admin.js';
import { requestContext } from './request-context.js';
import { requestLog } from './request-log.js';
import type { Resource } from './resource.js';

export interface ApiOptions extends Partial<AdmissionOptions> {
  readonly resources: readonly Resource[];
  readonly idempotency: IdempotencyStore;
  readonly readiness: Readiness;
  /** Default: the events that were refused for good are out of reach. */
  readonly outbox?: OutboxAdmin;
  readonly logger: Logger;
  readonly newRequestId: () => string;
  /** Milliseconds, from any beginning. */
  readonly now: () => number;
}

/** What a page of another origin may read of an answer. */
const EXPOSED = ['ETag', 'Idempotent-Replayed', 'Link', 'Location', 'Retry-After', 'X-Request-Id'];

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
  const app = express();
  // Revisions are the only ETags.
  app.disable('x-powered-by').disable('etag');
  app.use(requestLog(logger, options.now), requestContext(options.newRequestId), securityHeaders);
  app.use(expectations);
  app.use(admission({ host, allowedHosts, origins, trustedProxies }));
  if (origins.length > 0) app.use(cors({ origin: [...origins], exposedHeaders: EXPOSED, maxAge: 600 }));
  app.route('/livez').get(livez).all(onlyMethods('GET', 'HEAD'));
  app.route('/readyz').get(readyz(readiness)).all(onlyMethods('GET', 'HEAD'));
  const description = openApiDocument(resources.map(({ model }) => model));
  app
    .route('/openapi.json')
    .get((_request, response) => void response.json(description))
    .all(onlyMethods('GET', 'HEAD'));
  if (options.outbox !== undefined) app.use('/admin/outbox', outboxAdmin(options.outbox));
  app.use('/docs', docsPage());
  for (const resource of resources) {
    app.use(modelRoutes(resource, idempotency));
  }
  app.use(routeUnknown, failures(logger, options.now));
  return app;
};
