import * as z from 'zod';
import { DEFAULT_SORT } from '../repository/repository.js';
import { DEFAULT_LIMIT, fieldNamesOf, filtersOf, MAX_LIMIT, sortsOf } from './list-parameters.js';
import type { Description } from './resource.js';

const name = z.string().min(1).max(128);

/** Headers of every request. */
const caller = {
  'X-Request-Id': name
    .optional()
    .describe('Names the request in answers, logs and events. Default: a new UUID.'),
  'X-Actor': name
    .optional()
    .describe('In whose name events say it was done, instead of the principal. Only gateways may send it.'),
};

/** What requests about documents have beside their bodies. */
export const requestFields = {
  id: z.object({ id: z.string() }),
  caller: z.object(caller),
  read: z.object({
    'If-None-Match': z
      .string()
      .optional()
      .describe('ETags: the answer is 304, without a body, when the document still has one of them.'),
    ...caller,
  }),
  change: z.object({
    'If-Match': z
      .string()
      .describe('ETags of the document as it was read, or * for whichever revision there is.'),
    ...caller,
  }),
  create: z.object({
    'Idempotency-Key': name
      .optional()
      .describe(
        'The same key within 24 hours with the same body creates nothing, and is answered as the first time.',
      ),
    ...caller,
  }),
} as const;

const filterShape = (model: Description) =>
  Object.fromEntries(
    [...filtersOf(model)].map(([field, { schema }]) => [
      field,
      z.optional(schema).describe('Only documents that have this value.'),
    ]),
  );

/** The parameters of a model's list. */
export const listQuery = (model: Description): z.ZodObject => {
  const sorts = sortsOf(model).flatMap((field) => [field, `-${field}`]);
  return z.object({
    limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).describe('The most documents of a page.'),
    cursor: z.string().optional().describe('A `nextCursor` or `endCursor` as a page before gave it.'),
    sort: z.enum(sorts).default(DEFAULT_SORT.field).describe('With a - before it: the greatest first.'),
    fields: z
      .string()
      .optional()
      .describe(`Only these of each document, with commas between: ${fieldNamesOf(model).join(', ')}.`),
    ...filterShape(model),
  });
};

/** The parameters of a change of many documents. */
export const selectionQuery = (model: Description): z.ZodObject =>
  z.object({
    dryRun: z.boolean().default(false).describe('Only says what would be done.'),
    ...filterShape(model),
  });
