import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { category, type Category } from '../../models/category.js';
import { product, type Product } from '../../models/product.js';
import type { Repository } from '../repository.js';
import { openTestDatabase, type TestDatabase } from './database.fixture.js';
import { book, freshName, refusal, UNKNOWN } from './documents.fixture.js';
import { mongooseRepository } from './mongoose-repository.js';

let database: TestDatabase;
let products: Repository<Product>;
let categories: Repository<Category>;
let time = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  database = await openTestDatabase({ now: () => time++ });
  products = mongooseRepository(product, database);
  categories = mongooseRepository(category, database);
});

afterAll(() => database.close());

describe('a document', () => {
  it('is created as plain data with the fields of the database', async () => {
    const fields = book({ description: 'of stories' });
    const created = await products.create(fields);
    expect(created).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      ...fields,
      revision: 1,
      createdAt: expect.stringMatching(/^2026-01-01T00:00:0\d\.\d{3}Z$/),
      updatedAt: created.createdAt,
    });
    expect(Object.getPrototypeOf(created)).toBe(Object.prototype);
  });

  it('is read as it was created', async () => {
    const created = await products.create(book({ description: 'of stories' }));
    expect(await products.read(created.id)).toEqual(created);
  });

  it('is patched to what it was, with the patch, and a later time', async () => {
    const { description, ...rest } = await products.create(book({ description: 'of stories' }));
    const { before, after } = await products.patch(rest.id, { price: 900, description: null });
    expect(before).toEqual({ description, ...rest });
    expect(after).toEqual({ ...rest, price: 900, revision: 2, updatedAt: after.updatedAt });
    expect(after.updatedAt > rest.updatedAt).toBe(true);
  });

  it('is replaced by other fields, and keeps its time of creation', async () => {
    const { id, createdAt } = await products.create(book({ description: 'of stories' }));
    const fields = book();
    const { after } = await products.replace(id, fields, [1]);
    expect(after).toEqual({ id, ...fields, revision: 2, createdAt, updatedAt: after.updatedAt });
    expect(await products.read(id)).toEqual(after);
  });

  it('is deleted and returned as it was', async () => {
    const created = await products.create(book());
    expect(await products.delete(created.id, [1])).toEqual(created);
    expect(await refusal(products.read(created.id))).toMatchObject({ code: 'document_unknown' });
  });

  it('has no -0: it is what it was', async () => {
    const created = await products.create(book({ stock: -0 }));
    expect(created.stock).toBe(0);
    expect((await products.patch(created.id, { stock: -0 })).after).toEqual(created);
  });

  it.each([
    ['price', { price: -1 }],
    ['name', { name: '' }],
    ['tags.0', { tags: [{ $gt: '' }] }],
    ['', { more: 1 }],
    ['', { id: UNKNOWN }],
    ['', { revision: 7 }],
    ['', JSON.parse('{"__proto__":{"price":1}}') as object],
    ['', { constructor: 1 }],
    ['', { 'tags.0': 'x' }],
    ['', { $set: { price: 1 } }],
    ['categoryId', { categoryId: { $ne: null } }],
  ])('is refused with a wrong field: %s', async (path, wrong) => {
    const before = await products.create(book());
    for (const work of [
      () => products.create({ ...book(), ...wrong }),
      () => products.replace(before.id, { ...book(), ...wrong }),
      () => products.patch(before.id, wrong),
    ]) {
      expect(await refusal(work())).toMatchObject({
        code: 'document_invalid',
        details: { issues: [{ path, message: expect.any(String) }] },
      });
    }
    expect(await products.read(before.id)).toEqual(before);
  });

  it.each([null, undefined, 'text', 7, [], [book()]])('is refused when it is %j', async (wrong) => {
    const { id } = await products.create(book());
    for (const work of [
      () => products.create(wrong as never),
      () => products.createMany([wrong as never]),
      () => products.replace(id, wrong as never),
      () => products.patch(id, wrong as never),
    ]) {
      expect(await refusal(work())).toMatchObject({ code: 'document_invalid' });
    }
  });

  it('needs the fields that it must have, also after a patch', async () => {
    const { id } = await products.create(book());
    const work = products.patch(id, { name: null });
    expect(await refusal(work)).toMatchObject({ code: 'document_invalid' });
  });

  it('has a name of its own, and nothing is said of who has it', async () => {
    const first = await products.create(book());
    const second = await products.create(book());
    for (const work of [
      () => products.create(book({ name: first.name })),
      () => products.patch(second.id, { name: first.name }),
      () => products.replace(second.id, book({ name: first.name })),
    ]) {
      const error = await refusal(work());
      expect(error).toMatchObject({ code: 'duplicate_key', details: { field: 'name' } });
      expect(JSON.stringify(error)).not.toContain(first.id);
    }
  });

  it.each(['x', '', UNKNOWN, UNKNOWN.toUpperCase(), '__proto__', { $ne: null }])(
    'is unknown: %p',
    async (id) => {
      for (const work of [
        () => products.read(id as string),
        () => products.patch(id as string, {}),
        () => products.replace(id as string, book()),
        () => products.delete(id as string),
      ]) {
        expect(await refusal(work())).toMatchObject({ code: 'document_unknown' });
      }
    },
  );

  it('is changed by one of many changes of the same revision', async () => {
    const { id } = await products.create(book());
    const patches = Array.from({ length: 8 }, (_, n) => products.patch(id, { stock: n + 10 }, [1]));
    const results = await Promise.allSettled(patches);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const conflict = { code: 'revision_conflict', details: { expected: [1], revision: 2 } };
    const reasons = results.flatMap((result): unknown[] =>
      result.status === 'rejected' ? [result.reason] : [],
    );
    expect(reasons).toMatchObject(Array(7).fill(conflict));
    expect(await products.read(id)).toMatchObject({ revision: 2 });
  });

  it('is not deleted in another revision', async () => {
    const { id } = await products.create(book());
    expect(await refusal(products.delete(id, [2]))).toMatchObject({ code: 'revision_conflict' });
  });

  it('takes each of many changes at once, one revision after the other', async () => {
    const { id } = await products.create(book({ stock: 0 }));
    const changes = await Promise.all(
      Array.from({ length: 12 }, (_, n) => products.patch(id, { stock: n + 1 })),
    );
    expect(changes.map(({ after }) => after.revision).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, n) => n + 2),
    );
  });
});

describe('a reference', () => {
  it('keeps its target from being deleted', async () => {
    const { id } = await categories.create({ name: freshName() });
    expect(await products.create(book({ categoryId: id }))).toMatchObject({ categoryId: id });
    expect(await refusal(categories.delete(id))).toMatchObject({
      code: 'document_in_use',
      details: { model: 'product', field: 'categoryId' },
    });
  });

  it('that is removed lets its target be deleted', async () => {
    const { id } = await categories.create({ name: freshName() });
    const referring = await products.create(book({ categoryId: id }));
    await products.patch(referring.id, { categoryId: null });
    expect(await categories.delete(id)).toMatchObject({ revision: 1 });
  });

  it('to a deleted document is refused', async () => {
    const { id } = await categories.create({ name: freshName() });
    await categories.delete(id);
    const { id: productId } = await products.create(book());
    const details = { field: 'categoryId', model: 'category', id };
    const unknown = { code: 'reference_unknown', details };
    expect(await refusal(products.create(book({ categoryId: id })))).toMatchObject(unknown);
    expect(await refusal(products.patch(productId, { categoryId: id }))).toMatchObject(unknown);
  });

  it('never leads nowhere, also when both sides change at once', async () => {
    for (let round = 0; round < 10; round++) {
      const { id } = await categories.create({ name: freshName() });
      const [made, deleted] = await Promise.allSettled([
        products.create(book({ categoryId: id })),
        categories.delete(id),
      ]);
      expect([made.status, deleted.status].sort()).toEqual(['fulfilled', 'rejected']);
    }
  });
});
