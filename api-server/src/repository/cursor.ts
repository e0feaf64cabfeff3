import { ApiError } from '@typed-queue/contracts';
import * as z from 'zod';
import type { ListQuery } from './repository.js';

/** The last document of a page. */
export interface Place {
  /** Its value in the field that the list is sorted by. */
  readonly value: string | number | boolean;
  readonly id: string;
}

const content = z.tuple([
  z.string(),
  z.union([z.string(), z.number(), z.boolean()]),
  z.string().regex(/^[0-9a-f]{24}$/),
]);

/** A cursor goes on only in the list that it came from. */
const listOf = ({ sort, filter }: ListQuery): string =>
  JSON.stringify([sort.field, sort.direction, Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))]);

export const encodeCursor = (query: ListQuery, { value, id }: Place): string =>
  Buffer.from(JSON.stringify([listOf(query), value, id])).toString('base64url');

const parse = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
};

/** @throws ApiError `query_invalid` for what is no cursor, or one of a list with another sort or filter */
export const decodeCursor = (query: ListQuery, cursor: string): Place => {
  const result = content.safeParse(parse(cursor));
  if (!result.success) {
    const text = 'The cursor is none that a list has given: begin without one.';
    throw new ApiError('query_invalid', text, { details: { issues: [{ path: 'cursor', message: text }] } });
  }
  const [list, value, id] = result.data;
  if (list !== listOf(query)) {
    const text = 'The cursor belongs to a list with another sort or filter: begin without one.';
    throw new ApiError('query_invalid', text, { details: { issues: [{ path: 'cursor', message: text }] } });
  }
  return { value, id };
};
