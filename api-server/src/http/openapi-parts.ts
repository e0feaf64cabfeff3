import * as z from 'zod';
import { DEFAULT_LIMIT, fieldNamesOf, filtersOf, MAX_LIMIT, sortsOf } from './list-parameters.js';
import { reference, type JsonSchema } from './openapi-schemas.js';
import type { Description } from './resource.js';

/** What several operations have. */
export const parameters = {
  id: { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
  ifMatch: {
    name: 'If-Match',
    in: 'header',
    required: true,
    description: 'The ETag of the document as it was read, or * for whichever revision there is.',
    schema: { type: 'string' },
  },
  ifNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'An ETag: the answer is 304, without a body, when the document still has it.',
    schema: { type: 'string' },
  },
  idempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'The same key within 24 hours with the same body creates nothing, and is answered as the first time.',
    schema: { type: 'string', minLength: 1, maxLength: 128 },
  },
  requestId: {
    name: 'X-Request-Id',
    in: 'header',
    description: 'Names the request in answers, logs and events. Default: a new UUID.',
    schema: { type: 'string', minLength: 1, maxLength: 128 },
  },
  actor: {
    name: 'X-Actor',
    in: 'header',
    description: 'In whose name, as events tell it. Nothing checks it.',
    schema: { type: 'string', minLength: 1, maxLength: 128 },
  },
} as const;

export const parameter = (name: keyof typeof parameters): JsonSchema => ({
  $ref: `#/components/parameters/${name}`,
});

export const problem = {
  description: 'What went wrong.',
  headers: {
    'X-Request-Id': { schema: { type: 'string' } },
    'Retry-After': { description: 'Seconds, with 503.', schema: { type: 'integer' } },
  },
  content: { 'application/problem+json': { schema: reference('Problem') } },
} as const;

const inQuery = (name: string, schema: JsonSchema, description: string): JsonSchema => ({
  name,
  in: 'query',
  description,
  schema,
});

/** The parameters of a model's list. */
export const listQuery = (model: Description): readonly JsonSchema[] => {
  const sorts = sortsOf(model).flatMap((name) => [name, `-${name}`]);
  return [
    inQuery(
      'limit',
      { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
      'The most documents of a page.',
    ),
    inQuery('cursor', { type: 'string' }, 'The `nextCursor` of the page before.'),
    inQuery('sort', { enum: sorts, default: 'id' }, 'With a - before it: the greatest first.'),
    inQuery(
      'fields',
      { type: 'string' },
      `Only these of each document, with commas between: ${fieldNamesOf(model).join(', ')}.`,
    ),
    ...[...filtersOf(model)].map(([name, filter]) => {
      const { $schema: _, ...schema } = z.toJSONSchema(filter.schema);
      return inQuery(name, schema, 'Only documents that have this value.');
    }),
  ];
};
