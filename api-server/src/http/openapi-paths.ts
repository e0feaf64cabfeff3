import { JSON_TYPE, PATCH_TYPE } from './json-body.js';
import { listQuery, parameter } from './openapi-parts.js';
import { reference, schemaName, type JsonSchema } from './openapi-schemas.js';
import type { Description } from './resource.js';

/** The operations of a path, by method. */
export type PathItem = Readonly<Record<string, unknown>>;

const text = (description: string): JsonSchema => ({ description, schema: { type: 'string' } });

const ETAG = { ETag: text('The revision, quoted.') };

const content = (schema: JsonSchema, ...types: readonly string[]): JsonSchema =>
  Object.fromEntries(types.map((type) => [type, { schema }]));

const body = (schema: JsonSchema, ...types: readonly string[]): JsonSchema => ({
  required: true,
  content: content(schema, ...types),
});

const answer = (description: string, schema: JsonSchema, headers: JsonSchema = {}): JsonSchema => ({
  description,
  headers: { ...headers, 'X-Request-Id': { schema: { type: 'string' } } },
  content: content(schema, JSON_TYPE),
});

const CALLER = [parameter('requestId'), parameter('actor')];

const operation = (id: string, tag: string, parts: JsonSchema & { responses: JsonSchema }): JsonSchema => ({
  operationId: id,
  tags: [tag],
  ...parts,
  responses: { ...parts.responses, default: { $ref: '#/components/responses/Problem' } },
});

const all = (model: Description): PathItem => ({
  get: operation(`list-${model.path}`, model.path, {
    summary: `Lists ${model.path}`,
    parameters: [...listQuery(model), ...CALLER],
    responses: {
      200: answer('A page.', reference(schemaName(model, 'Page')), {
        Link: text('Where the next page is, with rel="next"; only when there is one.'),
      }),
    },
  }),
  post: operation(`create-${model.name}`, model.path, {
    summary: `Creates a ${model.name}`,
    parameters: [parameter('idempotencyKey'), ...CALLER],
    requestBody: body(reference(schemaName(model, 'Fields')), JSON_TYPE),
    responses: {
      201: answer('Created.', reference(schemaName(model)), {
        ...ETAG,
        Location: text('Where it is.'),
        'Idempotent-Replayed': text('true: it was created before, with the same Idempotency-Key.'),
      }),
    },
  }),
});

const one = (model: Description): PathItem => {
  const document = answer('The document.', reference(schemaName(model)), ETAG);
  return {
    get: operation(`read-${model.name}`, model.path, {
      summary: `Reads a ${model.name}`,
      parameters: [parameter('id'), parameter('ifNoneMatch'), ...CALLER],
      responses: { 200: document, 304: { description: 'It still has the ETag that was sent.' } },
    }),
    put: operation(`replace-${model.name}`, model.path, {
      summary: `Replaces a ${model.name}`,
      parameters: [parameter('id'), parameter('ifMatch'), ...CALLER],
      requestBody: body(reference(schemaName(model, 'Fields')), JSON_TYPE),
      responses: { 200: document },
    }),
    patch: operation(`patch-${model.name}`, model.path, {
      summary: `Changes fields of a ${model.name}; null removes an optional one`,
      parameters: [parameter('id'), parameter('ifMatch'), ...CALLER],
      requestBody: body(reference(schemaName(model, 'Patch')), PATCH_TYPE, JSON_TYPE),
      responses: { 200: document },
    }),
    delete: operation(`delete-${model.name}`, model.path, {
      summary: `Deletes a ${model.name}`,
      parameters: [parameter('id'), parameter('ifMatch'), ...CALLER],
      responses: { 204: { description: 'Deleted.' } },
    }),
  };
};

/** The two paths of a model's documents. */
export const documentPaths = (model: Description): { readonly all: PathItem; readonly one: PathItem } => ({
  all: all(model),
  one: one(model),
});

const page = (id: string, summary: string, ...statuses: readonly number[]): PathItem => ({
  get: operation(id, 'operation', {
    summary,
    responses: Object.fromEntries(
      statuses.map((status) => [status, { description: summary, content: content({}, JSON_TYPE) }]),
    ),
  }),
});

export const healthPaths: Readonly<Record<string, PathItem>> = {
  '/livez': page('livez', 'The process runs', 200),
  '/readyz': page('readyz', 'Whether requests can be served, and what waits for the queue', 200, 503),
  '/openapi.json': page('openapi', 'This description', 200),
};
