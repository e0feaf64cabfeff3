import { ApiError } from '@typed-queue/contracts';
import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { Fields } from '../models/model.js';
import type { Answer, IdempotencyStore } from '../repository/idempotency-store.js';
import type { Stored } from '../repository/repository.js';
import { renewal, type Authenticating } from './authentication.js';
import { authorization, onlyVisible, redaction, type ModelOperation } from './authorization.js';
import { sendOnce } from './idempotency.js';
import { checkedPatch, JSON_TYPE, jsonBody, PATCH_TYPE } from './json-body.js';
import { listings, listParameters } from './list-parameters.js';
import { createMany, deleteMany, updateMany } from './many-documents.js';
import { parametersOf } from './parameters.js';
import { contextOf } from './request-context.js';
import { batchPathOf, pathOf, type Resource } from './resource.js';
import { etagOf, expectedRevisions, isKnown } from './revision.js';

type Handler = RequestHandler<{ id: string }>;

/** Refuses every method that the path has no handler for. */
export const onlyMethods =
  (...methods: readonly string[]): RequestHandler =>
  (request, response) => {
    response.set('Allow', methods.join(', '));
    const detail = `${request.baseUrl}${request.path} has ${methods.join(', ')}, not ${request.method}.`;
    throw new ApiError('method_unsupported', detail);
  };

const withoutParameters: RequestHandler = (request, _response, next) => {
  parametersOf(request, []);
  next();
};

const pick = (document: Stored, names: readonly string[] | undefined): unknown =>
  names === undefined
    ? document
    : Object.fromEntries(Object.entries(document).filter(([name]) => name === 'id' || names.includes(name)));

/** The same list, from the cursor on. */
const linkOf = (request: Request, cursor: string): string => {
  const url = new URL(request.originalUrl, 'http://localhost');
  url.searchParams.set('cursor', cursor);
  return `<${url.pathname}${url.search}>; rel="next"`;
};

/** The repository checks them, so that a document that is refused becomes an event as well. */
// Safe: a repository takes whatever comes from outside.
const unchecked = (body: unknown): Fields => body as Fields;

const sendDocument = (response: Response, document: Stored): void => {
  response.set('ETag', etagOf(document)).json(document);
};

const list = ({ model, repository }: Resource): RequestHandler => {
  const known = listParameters(model);
  const listingOf = listings(model);
  return async (request, response) => {
    const { query, fields } = listingOf(parametersOf(request, known));
    const { items, ...cursors } = await repository.list(query, contextOf(response));
    if (cursors.nextCursor !== null) response.set('Link', linkOf(request, cursors.nextCursor));
    response.json({ items: items.map((document) => pick(document, fields)), ...cursors });
  };
};

const create =
  ({ model, repository }: Resource, idempotency: IdempotencyStore): RequestHandler =>
  async (request, response) => {
    const fields = unchecked(request.body);
    await sendOnce(request, response, { scope: model.path, idempotency }, async (unit): Promise<Answer> => {
      const created = await repository.create(fields, { ...contextOf(response), unit });
      const headers = { Location: `${pathOf(model)}/${created.id}`, ETag: etagOf(created) };
      return { status: 201, headers, body: JSON.stringify(created) };
    });
  };

/** What is done to one document. */
const single = ({ repository }: Resource): Record<'read' | 'replace' | 'patch' | 'remove', Handler> => ({
  read: async (request, response) => {
    const document = await repository.read(request.params.id, contextOf(response));
    if (isKnown(request, document)) response.status(304).set('ETag', etagOf(document)).end();
    else sendDocument(response, document);
  },
  replace: async (request, response) => {
    const [expected, fields] = [expectedRevisions(request), unchecked(request.body)];
    const change = await repository.replace(request.params.id, fields, expected, contextOf(response));
    sendDocument(response, change.after);
  },
  patch: async (request, response) => {
    const [expected, patch] = [expectedRevisions(request), checkedPatch(request.body)];
    const change = await repository.patch(request.params.id, patch, expected, contextOf(response));
    sendDocument(response, change.after);
  },
  remove: async (request, response) => {
    await repository.delete(request.params.id, expectedRevisions(request), contextOf(response));
    response.status(204).end();
  },
});

const revalidated: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-cache');
  next();
};

/** What the routes of all models share. */
interface RouteDeps {
  readonly idempotency: IdempotencyStore;
  readonly authenticator: Authenticating;
}

/** Reads a body, and then checks the sender again: the body may arrive slowly. */
const bodies = (authenticator: Authenticating, needs: ReturnType<typeof authorization>) => {
  const renewed = renewal(authenticator);
  return (operation: ModelOperation, ...types: readonly string[]): RequestHandler[] => [
    ...jsonBody(JSON_TYPE, ...types),
    renewed,
    needs(operation),
  ];
};

/** The routes of one model. */
export const modelRoutes = (resource: Resource, { idempotency, authenticator }: RouteDeps): Router => {
  const router = Router();
  const { read, replace, patch, remove } = single(resource);
  const [all, batch] = [pathOf(resource.model), batchPathOf(resource.model).replace(':', String.raw`\:`)];
  const needs = authorization(resource.model);
  const body = bodies(authenticator, needs);
  router.use([all, batch], onlyVisible(resource.model), revalidated);
  router
    .route(all)
    .get(needs('list'), list(resource))
    .post(needs('create'), withoutParameters, body('create'), create(resource, idempotency))
    .patch(needs('updateMany'), body('updateMany', PATCH_TYPE), updateMany(resource))
    .delete(needs('deleteMany'), deleteMany(resource))
    .all(onlyMethods('GET', 'HEAD', 'POST', 'PATCH', 'DELETE'));
  router
    .route(batch)
    .post(needs('createMany'), withoutParameters, body('createMany'), createMany(resource, idempotency))
    .all(onlyMethods('POST'));
  router
    .route(`${all}/:id`)
    .get(needs('read'), withoutParameters, read)
    .put(needs('replace'), withoutParameters, body('replace'), replace)
    .patch(needs('patch'), withoutParameters, body('patch', PATCH_TYPE), patch)
    .delete(needs('delete'), withoutParameters, remove)
    .all(onlyMethods('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'));
  router.use([all, batch], redaction(resource.model));
  return router;
};
