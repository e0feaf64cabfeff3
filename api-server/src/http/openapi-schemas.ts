import * as z from 'zod';
import { problemCodes } from './problem.js';
import type { Description } from './resource.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema's name among the components: `Product`, `ProductFields`, `ProductPatch`, `ProductPage`. */
export const schemaName = ({ name }: Description, suffix: '' | 'Fields' | 'Patch' | 'Page' = ''): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1)}${suffix}`;

export const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

const entity = {
  id: z.string(),
  revision: z.int().min(1).describe('One more with each change. The ETag, without its quotes.'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
};

const jsonSchema = (schema: z.ZodType): JsonSchema => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12' });
  return rest;
};

/** Every field may be left out; null removes one that a document need not have. */
const patchSchema = ({ fields }: Description) =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(fields.shape).map(([name, field]) => [
        name,
        z.optional(field._zod.optin === 'optional' ? z.nullable(field) : field),
      ]),
    ),
  );

const problemSchema = z.object({
  type: z.string().describe('Names the kind of problem; it is no address.'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string().describe('The path of the request.'),
  code: z.enum(problemCodes),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  requestId: z.string(),
});

const schemasOf = (model: Description): readonly (readonly [string, JsonSchema])[] => [
  [schemaName(model), jsonSchema(z.strictObject({ ...entity, ...model.fields.shape }))],
  [schemaName(model, 'Fields'), jsonSchema(model.fields)],
  [schemaName(model, 'Patch'), jsonSchema(patchSchema(model))],
  [
    schemaName(model, 'Page'),
    {
      type: 'object',
      properties: {
        items: { type: 'array', items: reference(schemaName(model)) },
        nextCursor: { type: ['string', 'null'], description: 'null: this is the last page.' },
      },
      required: ['items', 'nextCursor'],
    },
  ],
];

/** Everything that bodies are made of, by name. */
export const openApiSchemas = (models: readonly Description[]): Readonly<Record<string, JsonSchema>> => ({
  ...Object.fromEntries(models.flatMap(schemasOf)),
  Problem: jsonSchema(problemSchema),
});
