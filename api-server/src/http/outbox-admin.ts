import { ApiError } from '@typed-queue/contracts';
import { Router } from 'express';
import { onlyMethods } from './model-routes.js';
import { parametersOf } from './parameters.js';

/** The events that the queue server refused permanently. */
export interface OutboxAdmin {
  /** The oldest of them. */
  parked(limit: number): Promise<readonly object[]>;
  /** Publishes one again, out of order. Returns whether there was one. */
  retry(id: string): Promise<boolean>;
  /** Deletes one without publishing it. Returns whether there was one. */
  drop(id: string): Promise<boolean>;
}

export const OUTBOX_PATH = '/admin/outbox';

const MAX_SHOWN = 200;

const found = (isThere: boolean, id: string): void => {
  if (isThere) return;
  throw new ApiError('document_unknown', `No event "${id.slice(0, 100)}" is parked.`, { details: { id } });
};

/** Shows what is parked, tries it again, and drops it. */
export const outboxAdmin = (outbox: OutboxAdmin): Router => {
  const router = Router();
  router.use(OUTBOX_PATH, (request, response, next) => {
    parametersOf(request, []);
    response.set('Cache-Control', 'no-store');
    next();
  });
  router
    .route(OUTBOX_PATH)
    .get(async (_request, response) => void response.json({ parked: await outbox.parked(MAX_SHOWN) }))
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route(`${OUTBOX_PATH}/:id/retry`)
    .post(async (request, response) => {
      found(await outbox.retry(request.params.id), request.params.id);
      response.status(202).end();
    })
    .all(onlyMethods('POST'));
  router
    .route(`${OUTBOX_PATH}/:id`)
    .delete(async (request, response) => {
      found(await outbox.drop(request.params.id), request.params.id);
      response.status(204).end();
    })
    .all(onlyMethods('DELETE'));
  return router;
};
