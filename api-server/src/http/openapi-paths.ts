import type { OpenAPIRegistry, RouteConfig } from '@asteasolutions/zod-to-openapi';
import * as z from 'zod';
import { JSON_TYPE, PATCH_TYPE } from './json-body.js';
import { listQuery, requestFields, selectionQuery } from './openapi-parameters.js';
import { doneSchema, modelSchemas, problem, type AccessFields } from './openapi-schemas.js';
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

const onPath = (
  method: Operation['method'],
  path: string,
  summary: string,
): Pick<Operation, 'method' | 'path' | 'summary'> => ({ method, path, summary });

type Schemas = ReturnType<typeof modelSchemas>;
type Operations = Readonly<Record<string, Operation>>;

const onAll = (model: Description, { document, fields, page }: Schemas): Operations => ({
  [`list-${model.path}`]: {
    ...onPath('get', pathOf(model), `Lists ${model.path}`),
    request: { query: listQuery(model), headers: requestFields.caller },
    responses: answer(200, 'A page.', page, {
      Link: z
        .string()
        .optional()
        .describe('Where the next page is, with rel="next"; only when there is one.'),
    }),
  },
  [`create-${model.name}`]: {
    ...onPath('post', pathOf(model), `Creates a ${model.name}`),
    request: { headers: requestFields.create, body: body(fields, JSON_TYPE) },
    responses: answer(201, 'Created.', document, { ...etag, ...replayed, Location: text('Where it is.') }),
  },
});

const onSelection = (model: Description, { patch }: Schemas): Operations => ({
  [`patch-${model.path}`]: {
    ...onPath('patch', pathOf(model), `Changes fields of all ${model.path} that a filter finds`),
    request: {
      query: selectionQuery(model),
      headers: requestFields.caller,
      body: body(patch, PATCH_TYPE, JSON_TYPE),
    },
    responses: answer(200, 'All of them are changed, or none.', doneSchema),
  },
  [`delete-${model.path}`]: {
    ...onPath('delete', pathOf(model), `Deletes all ${model.path} that a filter finds`),
    request: { query: selectionQuery(model), headers: requestFields.caller },
    responses: answer(200, 'All of them are deleted, or none.', doneSchema),
  },
});

const onBatch = (model: Description, { batch, created }: Schemas): Operations => ({
  [`create-${model.path}`]: {
    ...onPath('post', batchPathOf(model), `Creates many ${model.path}`),
    request: { headers: requestFields.create, body: body(batch, JSON_TYPE) },
    responses: answer(201, 'All of them are created, in this order.', created, replayed),
  },
});

const onOne = (model: Description, { document, fields, patch }: Schemas): Operations => {
  const { name } = model;
  const path = `${pathOf(model)}/{id}`;
  const found = answer(200, 'The document.', document, etag);
  const change = { params: requestFields.id, headers: requestFields.change };
  return {
    [`read-${name}`]: {
      ...onPath('get', path, `Reads a ${name}`),
      request: { params: requestFields.id, headers: requestFields.read },
      responses: { ...found, 304: { description: 'It still has an ETag that was sent.' } },
    },
    [`replace-${name}`]: {
      ...onPath('put', path, `Replaces a ${name}`),
      request: { ...change, body: body(fields, JSON_TYPE) },
      responses: found,
    },
    [`patch-${name}`]: {
      ...onPath('patch', path, `Changes fields of a ${name}; null removes an optional one`),
      request: { ...change, body: body(patch, PATCH_TYPE, JSON_TYPE) },
      responses: found,
    },
    [`delete-${name}`]: {
      ...onPath('delete', path, `Deletes a ${name}`),
      request: change,
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
  ...onPath(method, `/admin/outbox${path}`, summary),
  request: { headers: requestFields.caller, ...(path === '' ? {} : { params: requestFields.id }) },
});

/** What is done about events that the queue server permanently refused, and the metrics. */
export const registerAdmin = (registry: OpenAPIRegistry, access: AccessFields): void => {
  const parked = z.object({ parked: z.array(z.looseObject({ _id: z.string() })) });
  const operations: Operations = {
    'list-parked': {
      ...admin('', 'get', 'The events that the queue server permanently refused'),
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
    metrics: {
      ...onPath('get', '/metrics', 'What is measured, for Prometheus'),
      request: { headers: requestFields.caller },
      responses: {
        200: { description: 'Its text format.', content: { 'text/plain': { schema: z.string() } } },
      },
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
