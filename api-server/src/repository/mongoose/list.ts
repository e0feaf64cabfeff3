import { QueueError } from '@typed-queue/contracts';
import { Error as MongooseError, type Model as Collection, type QueryFilter } from 'mongoose';
import type { Fields, Model } from '../../models/model.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import type { Context, ListQuery, Page } from '../repository.js';
import type { Raw } from './collections.js';
import { storedOf } from './documents.js';

const MAX_LIMIT = 200;
const ENTITY_SORTS: readonly string[] = ['id', 'createdAt', 'updatedAt'];
const SCALARS: readonly string[] = ['string', 'number', 'boolean'];

const wrong = (path: string, message: string): QueueError =>
  new QueueError('query_invalid', `${path}: ${message}`, { details: { issues: [{ path, message }] } });

/** What the types promise, of a query that came from outside. */
const check = <F extends Fields>(model: Model<F>, { limit, sort, filter }: ListQuery): void => {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw wrong('limit', `expected 1 to ${MAX_LIMIT}`);
  }
  const sorts: readonly string[] = [...ENTITY_SORTS, ...model.sorts];
  if (!sorts.includes(sort.field)) throw wrong('sort', `expected one of ${sorts.join(', ')}`);
  const filters: readonly string[] = model.filters;
  for (const [field, value] of Object.entries<unknown>(filter)) {
    if (!filters.includes(field)) throw wrong(field, `expected one of ${filters.join(', ')}`);
    if (!SCALARS.includes(typeof value)) throw wrong(field, 'expected one value to be equal to');
  }
};

/** Everything that the filter wants, behind the place of the cursor. */
const conditionsOf = (query: ListQuery): QueryFilter<Raw> => {
  const equal = Object.entries(query.filter).map(([field, value]) => ({ [field]: { $eq: value } }));
  if (query.cursor === undefined) return equal.length === 0 ? {} : { $and: equal };
  const { value, id } = decodeCursor(query, query.cursor);
  const { field, direction } = query.sort;
  const beyond = direction === 'asc' ? '$gt' : '$lt';
  const sameValue = { [field]: { $eq: value }, _id: { [beyond]: id } };
  const behind =
    field === 'id' ? { _id: { [beyond]: id } } : { $or: [{ [field]: { [beyond]: value } }, sameValue] };
  return { $and: [...equal, behind] };
};

const findRaw = async (collection: Collection<Raw>, query: ListQuery, { unit }: Context): Promise<Raw[]> => {
  const { field, direction } = query.sort;
  const order = direction === 'asc' ? 1 : -1;
  try {
    return await collection
      .find(conditionsOf(query))
      .sort(field === 'id' ? { _id: order } : { [field]: order, _id: order })
      // One more than the page says whether another page follows.
      .limit(query.limit + 1)
      .session(unit?.session ?? null)
      .lean<Raw[]>();
  } catch (error) {
    if (error instanceof MongooseError.CastError)
      throw wrong(error.path, `"${String(error.value)}" does not fit`);
    throw error;
  }
};

/** @throws QueueError `query_invalid` */
export const listPage = async <F extends Fields>(
  collection: Collection<Raw>,
  model: Model<F>,
  query: ListQuery,
  context: Context,
): Promise<Page<F>> => {
  check(model, query);
  const found = await findRaw(collection, query, context);
  const items = found.slice(0, query.limit).map((raw) => storedOf(model, raw));
  const last = items.at(-1);
  if (last === undefined || found.length <= query.limit) return { items, nextCursor: null };
  // Safe: a field that lists are sorted by has one plain value in each document.
  const value = last[query.sort.field] as string | number | boolean;
  return { items, nextCursor: encodeCursor(query, { value, id: last.id }) };
};
