import { ApiError } from '@typed-queue/contracts';
import type { RequestHandler } from 'express';
import type { Fields } from '../models/model.js';
import type { Answer, IdempotencyStore } from '../repository/idempotency-store.js';
import type { Context } from '../repository/repository.js';
import type { Transact, UnitOfWork } from '../repository/unit-of-work.js';
import { sendOnce } from './idempotency.js';
import { selectionParameters, selections } from './list-parameters.js';
import { checkedPatch } from './json-body.js';
import { parametersOf } from './parameters.js';
import { contextOf } from './request-context.js';
import { batchPathOf, type Resource } from './resource.js';

/** Creates all documents of an array, or none. */
export const createMany =
  ({ model, repository }: Resource, idempotency: IdempotencyStore): RequestHandler =>
  async (request, response) => {
    const body: unknown = request.body;
    if (!Array.isArray(body)) {
      throw new ApiError('document_invalid', `Expected an array of ${model.path}.`);
    }
    // Safe: a repository takes whatever comes from outside.
    const all = body as readonly Fields[];
    await sendOnce(
      request,
      response,
      { scope: batchPathOf(model), idempotency },
      async (unit): Promise<Answer> => {
        const items = await repository.createMany(all, { ...contextOf(response), unit });
        return { status: 201, headers: {}, body: JSON.stringify({ items }) };
      },
    );
  };

/** Patches all documents that a filter finds, or none. */
export const updateMany = (resource: Resource): RequestHandler =>
  changing(resource, async (filter, body, context) => {
    const changes = await resource.repository.updateMany(filter, checkedPatch(body), context);
    const changed = changes.filter(({ before, after }) => before.revision !== after.revision);
    return { matched: changes.length, ids: changed.map(({ after }) => after.id) };
  });

/** Deletes all documents that a filter finds, or none. */
export const deleteMany = (resource: Resource): RequestHandler =>
  changing(resource, async (filter, _body, context) => {
    const deleted = await resource.repository.deleteMany(filter, context);
    return { matched: deleted.length, ids: deleted.map(({ id }) => id) };
  });

/** What was done, or would be. */
interface Done {
  readonly matched: number;
  /** Of the documents that were changed or deleted. */
  readonly ids: readonly string[];
}

type Work = (filter: Filter, body: unknown, context: Context) => Promise<Done>;
type Filter = Parameters<Resource['repository']['deleteMany']>[0];

const changing = ({ model, transact }: Resource, work: Work): RequestHandler => {
  const known = selectionParameters(model);
  const selectionOf = selections(model);
  return async (request, response) => {
    const { filter, dryRun } = selectionOf(parametersOf(request, known));
    const context = contextOf(response);
    const done = dryRun
      ? await undone(transact, (unit) => work(filter, request.body, { ...context, unit }))
      : await work(filter, request.body, context);
    response.json({ dryRun, ...done });
  };
};

/** Does something in a transaction, and undoes it: what would fail fails, and nothing changes. */
const undone = async <T>(transact: Transact, work: (unit: UnitOfWork) => Promise<T>): Promise<T> => {
  const results: T[] = [];
  const undo = new ApiError('aborted', 'A dry run changes nothing.');
  try {
    await transact(async (unit) => {
      results.push(await work(unit));
      throw undo;
    });
  } catch (error) {
    const result = results.at(-1);
    if (error === undo && result !== undefined) return result;
    throw error;
  }
  throw undo;
};
