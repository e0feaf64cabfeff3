import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type RunningApi } from './running-api.fixture.js';

type Tree = Record<string, unknown>;

/** Every object within, with itself. */
const objects = (value: unknown): Tree[] =>
  typeof value === 'object' && value !== null
    ? // Safe: it was just looked at.
      [value as Tree, ...Object.values(value).flatMap(objects)]
    : [];

describe('the description of the API', () => {
  let api: RunningApi;
  let document: Tree;
  beforeAll(async () => {
    api = await startApi();
    document = (await api.ask('GET', '/openapi.json')).body;
  });
  afterAll(() => api.close());

  const at = (reference: string): unknown =>
    reference
      .slice(2)
      .split('/')
      // Safe for a test: what is not there is undefined.
      .reduce<unknown>((tree, key) => (tree as Tree | undefined)?.[key], document);

  const operations = (): { method: string; path: string; operation: Tree }[] =>
    // Safe for a test: this is the structure that it expects.
    Object.entries(document.paths as Record<string, Record<string, Tree>>).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([key]) => key !== 'parameters')
        .map(([key, operation]) => ({ method: key.toUpperCase(), path, operation })),
    );

  it('is OpenAPI 3.1', () => {
    expect(document).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\.\d$/),
      info: { title: expect.any(String), version: expect.any(String) },
      components: expect.any(Object),
    });
  });

  it('has an id of its own for each operation', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('describes the answers of each operation, and its problems', () => {
    for (const { operation } of operations()) {
      expect(operation).toHaveProperty(['responses', 'default', 'content', 'application/problem+json']);
      for (const [status, response] of Object.entries(operation.responses as Tree)) {
        expect(status).toMatch(/^(default|[2-5]\d\d)$/);
        expect(response).toHaveProperty('description');
      }
    }
  });

  it('has no other parameter in a path than an id', () => {
    for (const { path } of operations()) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(names).toEqual(path.includes('{') ? ['id'] : []);
    }
  });

  it('refers to nothing that is not there', () => {
    const references = objects(document).flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
    expect(references.length).toBeGreaterThan(10);
    expect(references.filter((reference) => at(reference) === undefined)).toEqual([]);
  });

  it('has every route', () => {
    expect(operations().map(({ method, path }) => `${method} ${path}`)).toEqual([
      ...['GET', 'POST', 'PATCH', 'DELETE'].map((method) => `${method} /api/v1/items`),
      'POST /api/v1/items:batch',
      ...['GET', 'PUT', 'PATCH', 'DELETE'].map((method) => `${method} /api/v1/items/{id}`),
      ...['GET /livez', 'GET /readyz', 'GET /openapi.json'],
      ...['GET /admin/outbox', 'POST /admin/outbox/{id}/retry', 'DELETE /admin/outbox/{id}'],
      'GET /metrics',
    ]);
  });

  it('has the methods that each path allows, and no others', async () => {
    const all = operations();
    for (const path of new Set(all.map((operation) => operation.path))) {
      const { headers } = await api.ask('OPTIONS', path.replace('{id}', 'x'));
      const allowed = String(headers.allow)
        .split(', ')
        .filter((method) => method !== 'HEAD');
      const described = all.filter((operation) => operation.path === path).map(({ method }) => method);
      expect({ path, allowed }).toEqual({ path, allowed: described });
    }
  });

  it('describes bodies by the schemas that check them', () => {
    expect(at('#/components/schemas/ItemFields')).toEqual({
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 50 },
        price: { type: 'integer', minimum: 0 },
        active: { type: 'boolean' },
        note: { type: 'string' },
        parts: { type: 'array', items: { type: 'string' } },
      },
      required: ['name', 'price'],
      additionalProperties: false,
    });
  });

  it('describes a patch, which requires nothing and may set what is optional to null', () => {
    const patch = at('#/components/schemas/ItemPatch');
    expect(patch).toMatchObject({
      properties: { price: { type: 'integer' }, note: { type: ['string', 'null'] } },
    });
    expect(patch).not.toHaveProperty('required');
  });

  it('describes a document with the fields of the server', () => {
    const required = ['id', 'revision', 'createdAt', 'updatedAt', 'name', 'price'];
    expect(at('#/components/schemas/Item')).toMatchObject({ required });
  });

  it('has no schema that names its dialect', () => {
    expect(objects(at('#/components/schemas')).filter((schema) => '$schema' in schema)).toEqual([]);
  });

  it('has each parameter of a list', () => {
    expect(operations()[0]?.operation.parameters).toMatchObject([
      { name: 'limit', schema: { minimum: 1, maximum: 200, default: 50 } },
      { name: 'cursor' },
      { name: 'sort', schema: { enum: expect.arrayContaining(['name', '-name']), default: 'createdAt' } },
      { name: 'fields' },
      { name: 'name', schema: { type: 'string' } },
      { name: 'price', schema: { type: 'integer' } },
      { name: 'active', schema: { type: 'boolean' } },
      { name: 'parts', schema: { type: 'string' } },
      { name: 'X-Request-Id', in: 'header', required: false },
      { name: 'X-Actor', in: 'header', required: false },
    ]);
  });
});
