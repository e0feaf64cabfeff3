import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bodyOf, startApi, type RunningApi } from './running-api.fixture.js';

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
    document = await bodyOf(await api.ask('GET', '/openapi.json'));
  });
  afterAll(() => api.close());

  const at = (reference: string): unknown =>
    reference
      .slice(2)
      .split('/')
      // Safe for a test: what is not there is undefined.
      .reduce<unknown>((tree, key) => (tree as Tree | undefined)?.[key], document);

  /** Method and path of each operation. */
  const operations = (): [string, string, Tree][] =>
    // Safe for a test: this is the structure that it expects.
    Object.entries(document.paths as Record<string, Tree>).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => method !== 'parameters')
        .map(([method, operation]): [string, string, Tree] => [
          method.toUpperCase(),
          path,
          operation as Tree,
        ]),
    );

  it('is OpenAPI 3.1', () => {
    expect(Object.keys(document)).toEqual(expect.arrayContaining(['openapi', 'info', 'paths', 'components']));
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    const ids = operations().map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, path, operation] of operations()) {
      expect(operation).toHaveProperty(['responses', 'default', 'content', 'application/problem+json']);
      for (const [status, response] of Object.entries(operation.responses as Tree)) {
        expect(status).toMatch(/^(default|[2-5]\d\d)$/);
        expect(response).toHaveProperty('description');
      }
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(inPath).toEqual(path.includes('{') ? ['id'] : []);
    }
  });

  it('refers to nothing that is not there', () => {
    const references = objects(document).flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
    expect(references.length).toBeGreaterThan(10);
    expect(references.filter((reference) => at(reference) === undefined)).toEqual([]);
  });

  it('has every route, and no other', async () => {
    expect(operations().map(([method, path]) => `${method} ${path}`)).toEqual([
      ...['GET', 'POST', 'PATCH', 'DELETE'].map((method) => `${method} /api/v1/items`),
      'POST /api/v1/items:batch',
      ...['GET', 'PUT', 'PATCH', 'DELETE'].map((method) => `${method} /api/v1/items/{id}`),
      ...['GET /livez', 'GET /readyz', 'GET /openapi.json'],
      ...['GET /admin/outbox', 'POST /admin/outbox/{id}/retry', 'DELETE /admin/outbox/{id}'],
    ]);
    const described = new Set(operations().map(([, path]) => path));
    for (const path of described) {
      const response = await api.ask('OPTIONS', path.replace('{id}', 'x'));
      const allowed = (response.headers.get('allow') ?? '').split(', ').filter((method) => method !== 'HEAD');
      const methods = operations().flatMap(([method, own]) => (own === path ? [method] : []));
      expect([path, allowed]).toEqual([path, methods]);
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
    expect(at('#/components/schemas/ItemPatch')).toMatchObject({
      properties: { price: { type: 'integer' }, note: { type: ['string', 'null'] } },
    });
    expect(at('#/components/schemas/ItemPatch')).not.toHaveProperty('required');
    expect(at('#/components/schemas/Item')).toMatchObject({
      required: ['id', 'revision', 'createdAt', 'updatedAt', 'name', 'price'],
    });
    expect(objects(at('#/components/schemas')).filter((schema) => '$schema' in schema)).toEqual([]);
  });

  it('has each parameter of a list', () => {
    const [, , list] = operations()[0] ?? [];
    expect(list?.parameters).toMatchObject([
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
