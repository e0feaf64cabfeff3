import type { OpenAPIRegistry, RouteConfig } from '@asteasolutions/zod-to-openapi';
import * as z from 'zod';
import { JSON_TYPE, PATCH_TYPE } from './json-body.js';
import { listQuery, requestFields, selectionQuery } from './openapi-parameters.js';
import { problem, type AccessFields } from './openapi-access.js';
import { doneSchema, modelSchemas } from './openapi-schemas.js';
import { batchPathOf, pathOf, type Description } from './resource.js';

type Responses = RouteConfig['responses'];
type Operation = Pick<RouteConfig, 'method' | 'path' | 'summary' | 'request' | 'responses' | 'security'>;

const text = (description: string) => z.string().describe(description);

const register = (
  registry: OpenAPIRegistry,
  operationId: string,
  tag: string,
  operation: Operation,
): void => {
  registry.registerPath({
    operationId,
    tags: [tag],
    ...operation,
    responses: { ...operation.responses, default: problem('What went wrong.') },
  });
};

const body = (schema: z.ZodType, ...types: readonly string[]) => ({
  required: true,
  content: Object.fromEntries(types.map((type) => [type, { schema }])),
});

const answer = (
  status: number,
  description: string,
  schema: z.ZodType,
  headers: z.core.$ZodLooseShape = {},
): Responses => ({
  [status]: {
    description,
    headers: z.object({ ...headers, 'X-Request-Id': z.string() }),
    content: { [JSON_TYPE]: { schema } },
  },
});

const etag = { ETag: text('The revision, quoted.') };
const replayed = {
  'Idempotent-Replayed': z
    .string()
    .optional()
    .describe('true: it was created before, with the same Idempotency-Key.'),
};

type Schemas = ReturnType<typeof modelSchemas>;
type Operations = Readonly<Record<string, Operation>>;

const onAll = (model: Description, { document, fields, page }: Schemas): Operations => ({
  [`list-${model.path}`]: {
    method: 'get',
    path: pathOf(model),
    summary: `Lists ${model.path}`,
    request: { query: listQuery(model), headers: requestFields.caller },
    responses: answer(200, 'A page.', page, {
      Link: z
        .string()
        .optional()
        .describe('Where the next page is, with rel="next"; only when there is one.'),
    }),
  },
  [`create-${model.name}`]: {
    method: 'post',
    path: pathOf(model),
    summary: `Creates a ${model.name}`,
    request: { headers: requestFields.create, body: body(fields, JSON_TYPE) },
    responses: answer(201, 'Created.', document, { ...etag, ...replayed, Location: text('Where it is.') }),
  },
});

const onSelection = (model: Description, { patch }: Schemas): Operations => ({
  [`patch-${model.path}`]: {
    method: 'patch',
    path: pathOf(model),
    summary: `Changes fields of all ${model.path} that a filter finds`,
    request: {
      query: selectionQuery(model),
      headers: requestFields.caller,
      body: body(patch, PATCH_TYPE, JSON_TYPE),
    },
    responses: answer(200, 'All of them are changed, or none.', doneSchema),
  },
  [`delete-${model.path}`]: {
    method: 'delete',
    path: pathOf(model),
    summary: `Deletes all ${model.path} that a filter finds`,
    request: { query: selectionQuery(model), headers: requestFields.caller },
    responses: answer(200, 'All of them are deleted, or none.', doneSchema),
  },
});

const onBatch = (model: Description, { batch, created }: Schemas): Operations => ({
  [`create-${model.path}`]: {
    method: 'post',
    path: batchPathOf(model),
    summary: `Creates many ${model.path}`,
    request: { headers: requestFields.create, body: body(batch, JSON_TYPE) },
    responses: answer(201, 'All of them are created, in this order.', created, replayed),
  },
});

const onOne = (model: Description, { document, fields, patch }: Schemas): Operations => {
  const [path, params] = [`${pathOf(model)}/{id}`, requestFields.id];
  const found = answer(200, 'The document.', document, etag);
  return {
    [`read-${model.name}`]: {
      method: 'get',
      path,
      summary: `Reads a ${model.name}`,
      request: { params, headers: requestFields.read },
      responses: { ...found, 304: { description: 'It still has an ETag that was sent.' } },
    },
    [`replace-${model.name}`]: {
      method: 'put',
      path,
      summary: `Replaces a ${model.name}`,
      request: { params, headers: requestFields.change, body: body(fields, JSON_TYPE) },
      responses: found,
    },
    [`patch-${model.name}`]: {
      method: 'patch',
      path,
      summary: `Changes fields of a ${model.name}; null removes an optional one`,
      request: { params, headers: requestFields.change, body: body(patch, PATCH_TYPE, JSON_TYPE) },
      responses: found,
    },
    [`delete-${model.name}`]: {
      method: 'delete',
      path,
      summary: `Deletes a ${model.name}`,
      request: { params, headers: requestFields.change },
      responses: { 204: { description: 'Deleted.' } },
    },
  };
};

/** Operations that not everybody may call. */
const registerGuarded = (
  registry: OpenAPIRegistry,
  tag: string,
  operations: Operations,
  access: AccessFields,
): void => {
  for (const [id, operation] of Object.entries(operations)) {
    const responses = { ...operation.responses, ...access.responses };
    register(registry, id, tag, { ...operation, ...access, responses });
  }
};

/** The operations on a model's documents. `access`: what all of them have besides. */
export const registerModel = (registry: OpenAPIRegistry, model: Description, access: AccessFields): void => {
  const schemas = modelSchemas(model);
  const operations = {
    ...onAll(model, schemas),
    ...onSelection(model, schemas),
    ...onBatch(model, schemas),
    ...onOne(model, schemas),
  };
  registerGuarded(registry, model.path, operations, access);
};

const admin = (
  path: string,
  method: 'get' | 'post' | 'delete',
  summary: string,
): Omit<Operation, 'responses'> => ({
  method,
  path: `/admin/outbox${path}`,
  summary,
  request: { headers: requestFields.caller, ...(path === '' ? {} : { params: requestFields.id }) },
});

/** What is done about events that the queue server refused for good. */
export const registerAdmin = (registry: OpenAPIRegistry, access: AccessFields): void => {
  const parked = z.object({ parked: z.array(z.looseObject({ _id: z.string() })) });
  const operations: Operations = {
    'list-parked': {
      ...admin('', 'get', 'The events that the queue server refused for good'),
      responses: answer(200, 'The oldest of them.', parked),
    },
    'retry-parked': {
      ...admin('/{id}/retry', 'post', 'Publishes one of them again'),
      responses: { 202: { description: 'It waits again.' } },
    },
    'drop-parked': {
      ...admin('/{id}', 'delete', 'Deletes one of them without publishing it'),
      responses: { 204: { description: 'Dropped.' } },
    },
  };
  registerGuarded(registry, 'operation', operations, access);
};

/** The pages about the API itself. */
export const registerPages = (registry: OpenAPIRegistry): void => {
  const page = (id: string, path: string, summary: string, ...statuses: readonly number[]): void => {
    const answers = statuses.map((status) => answer(status, summary, z.looseObject({})));
    const responses = Object.fromEntries(answers.flatMap((one) => Object.entries(one)));
    register(registry, id, 'operation', { method: 'get', path, summary, responses });
  };
  page('livez', '/livez', 'The process runs', 200);
  page('readyz', '/readyz', 'Whether requests can be served, and what waits for the queue', 200, 503);
  page('openapi', '/openapi.json', 'This description', 200);
};
