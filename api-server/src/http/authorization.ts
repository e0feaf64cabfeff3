import { ApiError } from '@typed-queue/contracts';
import { rightsToModel, type ModelVerb, type Principal } from '@typed-queue/program';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { principalOf } from './authentication.js';
import type { Description } from './resource.js';

/**
 * The rights that each operation on a model needs, all of them. The answer to a patch shows fields that were not sent,
 * and a filter reveals what documents hold, so that neither may be had by `write` alone.
 */
const NEEDED_RIGHTS = {
  list: ['read'],
  read: ['read'],
  create: ['write'],
  createMany: ['write'],
  replace: ['write'],
  delete: ['write'],
  patch: ['read', 'write'],
  updateMany: ['admin'],
  deleteMany: ['admin'],
} as const satisfies Record<string, readonly ModelVerb[]>;

export type ModelOperation = keyof typeof NEEDED_RIGHTS;

type Named = Pick<Description, 'name'>;

const rightsOf = (principal: Principal | undefined, { name }: Named): ReadonlySet<ModelVerb> =>
  principal === undefined ? new Set() : rightsToModel(principal.rights, name);

/** The models that a principal has any right to. */
export const visibleModels = <M extends Named>(
  principal: Principal | undefined,
  models: readonly M[],
): readonly M[] => models.filter((model) => rightsOf(principal, model).size > 0);

/** First in the router of a model: for those who have no right to the model, its paths do not exist. */
export const onlyVisible =
  (model: Named): RequestHandler =>
  (_request, response, next) => {
    if (rightsOf(principalOf(response), model).size > 0) next();
    else next('router');
  };

/**
 * Lets those pass who may do something with a model.
 * @throws ApiError `forbidden`
 */
export const authorization =
  (model: Named) =>
  (operation: ModelOperation): RequestHandler =>
  (_request, response, next) => {
    const rights = rightsOf(principalOf(response), model);
    const missing = NEEDED_RIGHTS[operation].filter((verb) => !rights.has(verb));
    if (missing.length > 0) {
      throw new ApiError('forbidden', `This needs the right ${missing.join(' and ')} of ${model.name}.`, {
        details: { model: model.name, operation, missing },
      });
    }
    next();
  };

/** Whether a principal may administer all models. */
export const administersAll = (principal: Principal | undefined, models: readonly Named[]): boolean =>
  models.every((model) => rightsOf(principal, model).has('admin'));

/**
 * Lets those pass who may administer all models.
 * @throws ApiError `forbidden`
 */
export const administration =
  (models: readonly Named[]): RequestHandler =>
  (_request, response, next) => {
    if (!administersAll(principalOf(response), models)) {
      throw new ApiError('forbidden', 'This needs the right admin of all models.', {
        details: { missing: ['admin'] },
      });
    }
    next();
  };

/** Last in the router of a model: removes from their errors what the principal may not read. */
export const redaction =
  ({ name }: Named): ErrorRequestHandler =>
  (error: unknown, _request, response, next) => {
    const rights = principalOf(response)?.rights;
    const mayRead = (model: string): boolean =>
      rights !== undefined && rightsToModel(rights, model).has('read');
    next(error instanceof ApiError ? redacted(error, name, mayRead) : error);
  };

const redacted = (error: ApiError, model: string, mayRead: (model: string) => boolean): ApiError => {
  const { code, details } = error;
  if (code === 'revision_conflict' && !mayRead(model)) {
    return new ApiError(code, `The ${model} does not have the revision that If-Match names.`);
  }
  if (code === 'document_in_use' && !(typeof details.model === 'string' && mayRead(details.model))) {
    return new ApiError(code, `The ${model} cannot be deleted: other documents refer to it.`);
  }
  return error;
};
