import { ApiError } from '@typed-queue/contracts';
import {
  Error as MongooseError,
  type ClientSession,
  type Model as Collection,
  type QueryFilter,
} from 'mongoose';
import type { Fields, Model } from '../../models/model.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { MAX_MANY, type Context, type Filter, type ListQuery, type Page } from '../repository.js';
import type { Raw } from './collections.js';
import { storedOf } from './documents.js';

const MAX_LIMIT = 200;
const ENTITY_SORTS: readonly string[] = ['id', 'createdAt', 'updatedAt'];
const SCALARS: readonly string[] = ['string', 'number', 'boolean'];

const wrong = (path: string, message: string): ApiError =>
  new ApiError('query_invalid', `${path}: ${message}`, { details: { issues: [{ path, message }] } });

/** What the types promise, of a query that came from outside. */
const check = <F extends Fields>(model: Model<F>, { limit, sort }: ListQuery): void => {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw wrong('limit', `expected 1 to ${MAX_LIMIT}`);
  }
  const sorts: readonly string[] = [...ENTITY_SORTS, ...model.sorts];
  if (!sorts.includes(sort.field)) throw wrong('sort', `expected one of ${sorts.join(', ')}`);
};

const equalities = <F extends Fields>({ filters }: Model<F>, filter: Filter): QueryFilter<Raw>[] =>
  Object.entries<unknown>(filter).map(([field, value]) => {
    if (!filters.includes(field)) throw wrong(field, `expected one of ${filters.join(', ')}`);
    if (!SCALARS.includes(typeof value)) throw wrong(field, 'expected one value to be equal to');
    return { [field]: { $eq: value } };
  });

/** The filter, and the position after the cursor. */
const conditionsOf = <F extends Fields>(model: Model<F>, query: ListQuery): QueryFilter<Raw> => {
  const equal = equalities(model, query.filter);
  if (query.cursor === undefined) return equal.length === 0 ? {} : { $and: equal };
  const { value, id } = decodeCursor(query, query.cursor);
  const { field, direction } = query.sort;
  const beyond = direction === 'asc' ? '$gt' : '$lt';
  const sameValue = { [field]: { $eq: value }, _id: { [beyond]: id } };
  const afterCursor =
    field === 'id' ? { _id: { [beyond]: id } } : { $or: [{ [field]: { [beyond]: value } }, sameValue] };
  return { $and: [...equal, afterCursor] };
};

const castRefused = (error: unknown): unknown =>
  error instanceof MongooseError.CastError
    ? wrong(error.path, `"${String(error.value)}" does not fit`)
    : error;

/**
 * All documents that a filter finds, in a transaction.
 * @throws ApiError `query_invalid`; `too_many_documents` for more than `MAX_MANY`
 */
export const findMany = async <F extends Fields>(
  collection: Collection<Raw>,
  model: Model<F>,
  filter: Filter,
  session: ClientSession,
): Promise<Raw[]> => {
  const equal = equalities(model, filter);
  if (equal.length === 0) throw wrong('filter', `expected at least one of ${model.filters.join(', ')}`);
  try {
    const found = await collection
      .find({ $and: equal })
      .sort({ _id: 1 })
      .limit(MAX_MANY + 1)
      .session(session)
      .lean<Raw[]>();
    if (found.length <= MAX_MANY) return found;
  } catch (error) {
    throw castRefused(error);
  }
  const text = `More than ${MAX_MANY} ${model.path} match: narrow the filter.`;
  throw new ApiError('too_many_documents', text, { details: { limit: MAX_MANY } });
};

const findPage = async <F extends Fields>(
  collection: Collection<Raw>,
  model: Model<F>,
  query: ListQuery,
  { unit }: Context,
): Promise<Raw[]> => {
  const { field, direction } = query.sort;
  const order = direction === 'asc' ? 1 : -1;
  try {
    return await collection
      .find(conditionsOf(model, query))
      .sort(field === 'id' ? { _id: order } : { [field]: order, _id: order })
      // One more than the page says whether another page follows.
      .limit(query.limit + 1)
      .session(unit?.session ?? null)
      .lean<Raw[]>();
  } catch (error) {
    throw castRefused(error);
  }
};

/** @throws ApiError `query_invalid` */
export const listPage = async <F extends Fields>(
  collection: Collection<Raw>,
  model: Model<F>,
  query: ListQuery,
  context: Context,
): Promise<Page<F>> => {
  check(model, query);
  const found = await findPage(collection, model, query, context);
  const items = found.slice(0, query.limit).map((raw) => storedOf(model, raw));
  const last = items.at(-1);
  if (last === undefined) return { items, nextCursor: null, endCursor: query.cursor ?? null };
  // Safe: a field that lists are sorted by has one plain value in each document.
  const value = last[query.sort.field] as string | number | boolean;
  const endCursor = encodeCursor(query, { value, id: last.id });
  return { items, nextCursor: found.length > query.limit ? endCursor : null, endCursor };
};
