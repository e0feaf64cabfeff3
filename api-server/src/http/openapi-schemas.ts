import type { OpenAPIRegistry, RouteConfig } from '@asteasolutions/zod-to-openapi';
import * as z from 'zod';
import { MAX_MANY } from '../repository/repository.js';
import { problemCodes } from './problem.js';
import type { Description } from './resource.js';

/** `Product`, `ProductFields`, `ProductPatch`, `ProductPage`: the names of a model's schemas. */
const nameOf = ({ name }: Description, suffix = ''): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1)}${suffix}`;

const entity = {
  id: z.string(),
  revision: z.int().min(1).describe('One more with each change. The ETag, without its quotes.'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
};

/** Every field may be left out; null removes one that a document need not have. */
const patchOf = (object: z.core.$ZodObject): z.ZodObject =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(object._zod.def.shape).map(([name, field]) => [name, patchOfField(field)]),
    ),
  );

const patchOfField = (field: z.core.$ZodType): z.core.$ZodType => {
  const value = field instanceof z.ZodOptional ? field.unwrap() : field;
  const patch = value instanceof z.ZodObject ? patchOf(value) : value;
  return z.optional(field instanceof z.ZodOptional ? z.nullable(patch) : patch);
};

/** What the bodies about one model are made of. */
export const modelSchemas = (model: Description) => {
  const document = z
    .strictObject({ ...entity, ...model.fields.shape })
    .meta({ id: nameOf(model), description: `A ${model.name}.` });
  const fields = z.strictObject(model.fields.shape).meta({ id: nameOf(model, 'Fields') });
  const patch = patchOf(model.fields).meta({ id: nameOf(model, 'Patch') });
  const page = z
    .object({
      items: z.array(document),
      nextCursor: z.string().nullable().describe('null: this is the last page.'),
      endCursor: z
        .string()
        .nullable()
        .describe('The position after the last item: later documents follow it.'),
    })
    .meta({ id: nameOf(model, 'Page') });
  return {
    document,
    fields,
    patch,
    page,
    batch: z.array(fields).max(MAX_MANY),
    created: z.object({ items: z.array(document) }),
  };
};

/** What was done to many documents, or would be. */
export const doneSchema = z
  .object({
    dryRun: z.boolean(),
    matched: z.int().describe('Documents that the filter found.'),
    ids: z.array(z.string()).describe('Of the documents that were changed or deleted.'),
  })
  .meta({ id: 'Done' });

const problemSchema = z
  .object({
    type: z.string().describe('Names the kind of problem; it is no address.'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().describe('The path of the request.'),
    code: z.enum(problemCodes),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    requestId: z.string(),
  })
  .meta({ id: 'Problem' });

const SCHEME = 'bearer';

/** An answer to a request that failed. */
export const problem = (description: string, headers: z.core.$ZodLooseShape = {}) => ({
  description,
  headers: z.object({
    'X-Request-Id': z.string(),
    'Retry-After': z.int().optional().describe('Seconds, with 429 and 503.'),
    ...headers,
  }),
  content: { 'application/problem+json': { schema: problemSchema } },
});

/** What operations have that not everybody may call. */
export type AccessFields = Pick<RouteConfig, 'security' | 'responses'>;

/** `keysRequired`: whether requests show a token. */
export const accessFields = (registry: OpenAPIRegistry, keysRequired: boolean): AccessFields => {
  const rateLimited = problem('Too many requests came; `Retry-After` says when to send again.', {
    RateLimit: z.string().optional().describe('What is left of the limit: r requests in t seconds.'),
    'RateLimit-Policy': z.string().optional().describe('The limit: q requests in w seconds.'),
  });
  if (!keysRequired) return { responses: { 429: rateLimited } };
  registry.registerComponent('securitySchemes', SCHEME, {
    type: 'http',
    scheme: 'bearer',
    description: 'A key of this server, or a JSON Web Token of its issuer.',
  });
  return {
    security: [{ [SCHEME]: [] }],
    responses: {
      401: problem('No token was shown, or a wrong or expired one.', { 'WWW-Authenticate': z.string() }),
      403: problem('The token has no right to do this.'),
      429: rateLimited,
    },
  };
};
