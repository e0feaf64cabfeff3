import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import mongoose from 'mongoose';
import type { Answer, Body } from './http/requests.fixture.js';
import { fresh, pathOf, useWarehouses, WAREHOUSES as ALL } from './model-matrix.fixture.js';

const UNKNOWN = 'f'.repeat(24);
const { ask, fields, create, eventsOf, mongodbUri, categoryId } = useWarehouses();

/** Patches a document; the answer, the stored document and the events say the same. */
const expectPatched = async (
  before: Body,
  { patch, after, changed }: { patch: Body; after: Body; changed: readonly string[] },
): Promise<void> => {
  const kept = Object.entries(before).filter(([name]) => !Object.hasOwn(patch, name));
  const { status, body } = await ask('PATCH', pathOf(before), patch);
  expect(status).toBe(200);
  const { updatedAt } = body;
  expect(body).toEqual({ ...Object.fromEntries(kept), ...after, revision: 2, updatedAt });
  expect((await ask('GET', pathOf(before))).body).toEqual(body);
  const [, update, deletion] = await eventsOf(before);
  expect(update?.payload).toMatchObject({ before, after: body, changed });
  expect(deletion?.payload).toMatchObject({ before: body });
};

describe('a model with every kind of field', () => {
  it('is the one that the README shows', async () => {
    const [text, readme] = await Promise.all(
      ['models/warehouse.fixture.ts', '../README.md'].map((path) =>
        readFile(`${import.meta.dirname}/${path}`, 'utf8'),
      ),
    );
    expect(readme).toContain(`\`\`\`ts\n${text}\`\`\``);
  });

  it('is answered as its schema leaves it, with the fields of the server', async () => {
    const given = fields();
    const { status, body } = await ask('POST', ALL, given);
    expect(status).toBe(201);
    expect(body).toEqual({
      ...given,
      code: String(given.code).trim().toLowerCase(),
      opened: '2026-01-02T03:04:05.000Z',
      id: expect.any(String),
      revision: 1,
      createdAt: expect.any(String),
      updatedAt: body.createdAt,
    });
  });

  it('is read and listed as it was answered', async () => {
    const document = await create();
    expect((await ask('GET', pathOf(document))).body).toEqual(document);
    expect((await ask('GET', `${ALL}?code=${String(document.code)}`)).body.items).toEqual([document]);
  });

  it('may leave out and set to null what it allows', async () => {
    const { note: _, size: __, ...rest } = fields({ shelves: [], categoryIds: [] });
    const { status, body } = await ask('POST', ALL, rest);
    expect(status).toBe(201);
    expect(body).toMatchObject({ manager: null, shelves: [], categoryIds: [] });
    expect(body).not.toHaveProperty('size');
    expect(body).not.toHaveProperty('note');
    expect((await ask('GET', pathOf(body))).body).toEqual(body);
  });

  describe('that is sent as it is', () => {
    it('is not changed by a PUT, also with the fields of the server', async () => {
      const document = await create();
      const { status, body } = await ask('PUT', pathOf(document), document);
      expect(status).toBe(200);
      expect(body).toEqual(document);
    });

    it('is not changed by a PATCH that its schema makes the same', async () => {
      const document = await create();
      const code = ` ${String(document.code).toUpperCase()}`;
      const same = { size: { width: 1.5 }, code, opened: '2026-01-02T03:04:05.0Z' };
      const { status, body } = await ask('PATCH', pathOf(document), same);
      expect(status).toBe(200);
      expect(body).toEqual(document);
    });

    it('is refused with another revision', async () => {
      const document = await create();
      const refused = { status: 422, body: { code: 'document_invalid' } };
      expect(await ask('PUT', pathOf(document), { ...document, revision: 2 })).toMatchObject(refused);
    });

    it('has no event of an update', async () => {
      const document = await create();
      await ask('PUT', pathOf(document), document);
      await ask('PATCH', pathOf(document), { size: { width: 1.5 } });
      expect((await eventsOf(document)).map(({ event }) => event)).toEqual(['create', 'delete']);
    });
  });

  it.each<{ patch: Body; after: Body; changed: readonly string[] }>([
    {
      patch: { size: { width: 2 } },
      after: { size: { width: 2, door: { height: 2 } } },
      changed: ['size.width'],
    },
    {
      patch: { size: { door: { height: null } } },
      after: { size: { width: 1.5, door: {} } },
      changed: ['size.door.height'],
    },
    { patch: { size: null }, after: {}, changed: ['size'] },
    {
      patch: { shelves: [{ row: 3, labels: ['c'] }] },
      after: { shelves: [{ row: 3, labels: ['c'] }] },
      changed: ['shelves'],
    },
    { patch: { manager: 'Ann' }, after: { manager: 'Ann' }, changed: ['manager'] },
    { patch: { note: null }, after: {}, changed: ['note'] },
    { patch: { kind: 'dry', open: false }, after: { kind: 'dry', open: false }, changed: ['kind', 'open'] },
    {
      patch: { opened: '2027-01-01T00:00:00Z' },
      after: { opened: '2027-01-01T00:00:00.000Z' },
      changed: ['opened'],
    },
    { patch: { categoryIds: [] }, after: { categoryIds: [] }, changed: ['categoryIds'] },
  ])('is patched by $patch as RFC 7396 says, and its event names $changed', async (step) => {
    await expectPatched(await create(), step);
  });

  it.each<{ more: Body; patch: Body; after: Body; changed: readonly string[] }>([
    {
      more: { size: undefined },
      patch: { size: { width: 1, door: { height: null } } },
      after: { size: { width: 1, door: {} } },
      changed: ['size'],
    },
    { more: { manager: 'Ann' }, patch: { manager: null }, after: { manager: null }, changed: ['manager'] },
  ])('with $more is patched by $patch, and its event names $changed', async ({ more, ...step }) => {
    await expectPatched(await create(more), step);
  });

  it.each<[string, Body]>([
    ['size.width', { size: { width: 'x', door: {} } }],
    ['size.door', { size: { width: 1, door: null } }],
    ['size', { size: { width: 1, door: {}, more: 1 } }],
    ['shelves.0', { shelves: [{ row: 1, labels: [], more: 1 }] }],
    ['shelves.0.labels.1', { shelves: [{ row: 1, labels: ['a', null] }] }],
    ['kind', { kind: 'warm' }],
    ['kind', { kind: null }],
    ['opened', { opened: '2026-01-01' }],
    ['opened', { opened: '2026-01-01T00:00:00.0001Z' }],
    ['categoryIds.0', { categoryIds: ['x'] }],
    ['code', { code: '   ' }],
  ])('is refused with a wrong %s', async (path, wrong) => {
    const document = await create();
    const refused = { status: 422, body: { code: 'document_invalid', issues: [{ path }] } };
    expect(await ask('POST', ALL, fields(wrong))).toMatchObject(refused);
    expect(await ask('PUT', pathOf(document), fields(wrong))).toMatchObject(refused);
    expect(await ask('PATCH', pathOf(document), wrong)).toMatchObject(refused);
  });

  it('is found by each filter', async () => {
    const wanted = await create({ manager: 'Eve', kind: 'dry', open: false, opened: '2025-05-05T00:00:00Z' });
    for (const filter of [
      'manager=Eve',
      'kind=dry&open=false&manager=Eve',
      'opened=2025-05-05T00:00:00.00Z',
      `code=%20${String(wanted.code).toUpperCase()}`,
      `categoryIds=${categoryId()}&manager=Eve`,
    ]) {
      const { items } = (await ask('GET', `${ALL}?${filter}`)).body;
      expect({ filter, items }).toEqual({ filter, items: [wanted] });
    }
  });

  it('is not found by a reference that it does not have', async () => {
    expect((await ask('GET', `${ALL}?categoryIds=${UNKNOWN}`)).body.items).toEqual([]);
  });

  it('is not looked for by a filter of a wrong type', async () => {
    expect(await ask('GET', `${ALL}?opened=x`)).toMatchObject({ status: 400 });
  });

  it.each(['code', 'kind', 'open', 'opened'])('is sorted by %s, over pages', async (field) => {
    await create({ opened: '2024-01-01T00:00:00Z', kind: 'dry' });
    await create({ opened: '2023-01-01T00:00:00Z', open: false });
    // Safe for a test: a list has items.
    const itemsOf = ({ body }: Answer): Body[] => body.items as Body[];
    const all = itemsOf(await ask('GET', `${ALL}?sort=${field}&limit=200`));
    const values = all.map((item) => item[field]);
    expect(values).toEqual([...values].sort());
    const seen: Body[] = [];
    for (let cursor = ''; ;) {
      const page = await ask('GET', `${ALL}?sort=${field}&limit=3${cursor}`);
      seen.push(...itemsOf(page));
      if (typeof page.body.nextCursor !== 'string') break;
      cursor = `&cursor=${page.body.nextCursor}`;
    }
    expect(seen).toEqual(all);
  });

  describe('that refers to others', () => {
    const product = async (): Promise<string> => {
      const tea = { name: fresh('tea '), price: 1, stock: 1, tags: [] };
      return String((await ask('POST', '/api/v1/products', tea)).body.id);
    };
    const shelvesWith = (productId: string) => ({ shelves: [{ row: 1, labels: [], productId }] });

    it('keeps them from being deleted, also by objects in arrays', async () => {
      const productId = await product();
      const { id } = await create(shelvesWith(productId));
      expect(await ask('DELETE', `/api/v1/products/${productId}`)).toMatchObject({
        status: 409,
        body: { code: 'document_in_use', issues: [{ path: id }] },
      });
    });

    it('keeps them from being deleted, also by arrays', async () => {
      await create();
      expect(await ask('DELETE', `/api/v1/categories/${categoryId()}`)).toMatchObject({ status: 409 });
    });

    it('is refused with all references that lead nowhere', async () => {
      const unknown = { categoryIds: [categoryId(), UNKNOWN], ...shelvesWith(UNKNOWN) };
      const issues = [{ path: 'shelves.0.productId' }, { path: 'categoryIds.1' }];
      const refused = { status: 422, body: { code: 'reference_unknown', issues } };
      expect(await ask('POST', ALL, fields(unknown))).toMatchObject(refused);
    });

    it('lets them be deleted when it refers to them no longer', async () => {
      const productId = await product();
      await ask('PATCH', pathOf(await create(shelvesWith(productId))), { shelves: [] });
      expect(await ask('DELETE', `/api/v1/products/${productId}`)).toMatchObject({ status: 204 });
    });
  });

  it('stores moments as dates, references as ids, and nothing that was not sent', async () => {
    const { id, code } = await create();
    const connection = await mongoose.createConnection(mongodbUri(), { dbName: 'typed-queue' }).asPromise();
    const stored = await connection.collection('warehouses').findOne({ code: String(code) });
    await connection.close();
    expect(stored).toMatchObject({
      _id: new mongoose.Types.ObjectId(String(id)),
      opened: new Date('2026-01-02T03:04:05Z'),
      note: '',
      categoryIds: [new mongoose.Types.ObjectId(categoryId())],
    });
    expect(stored?.shelves).toEqual(fields().shelves);
    expect(stored?.size).toEqual(fields().size);
  });

  it('is described as it is', async () => {
    const { components } = (await ask('GET', '/openapi.json')).body;
    const size = { properties: { door: { properties: { height: { type: ['number', 'null'] } } } } };
    const properties = {
      kind: { enum: ['cold', 'dry'] },
      manager: { type: ['string', 'null'] },
      opened: { format: 'date-time' },
      shelves: { items: { additionalProperties: false } },
    };
    const required = ['code', 'kind', 'open', 'manager', 'opened', 'shelves', 'categoryIds'];
    expect(components).toMatchObject({
      schemas: {
        WarehouseFields: { properties, required },
        WarehousePatch: { properties: { size } },
      },
    });
  });
});
