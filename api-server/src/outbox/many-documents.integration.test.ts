import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DatabaseMessage } from '@typed-queue/contracts';
import { openShop, type Shop } from './shop.fixture.js';
import type { Product } from '../models/product.js';
import type { Stored } from '../repository/repository.js';
import { book, freshName, refusal, UNKNOWN } from '../repository/mongoose/documents.fixture.js';

let shop: Shop;
let price = 1_000;

beforeAll(async () => {
  shop = await openShop();
});

afterAll(() => shop.close());

/** The name of a product that exists. */
const TAKEN = 'taken';

const everything = { limit: 200, sort: { field: 'id', direction: 'asc' } } as const;

/** Products that a filter finds, and no others. */
const made = async (
  count: number,
): Promise<{ filter: { price: number }; all: readonly Stored<Product>[] }> => {
  const filter = { price: ++price };
  const all = await shop.products.createMany(Array.from({ length: count }, () => book(filter)));
  return { filter, all };
};

const found = async (filter: { price: number }): Promise<readonly Stored<Product>[]> =>
  (await shop.products.list({ ...everything, filter })).items;

/** The events of changes of these documents, by document. */
const eventsOf = async (documents: readonly { readonly id: string }[]): Promise<DatabaseMessage[][]> => {
  const messages = await shop.messages(1);
  return documents.map(({ id }) =>
    messages.filter(({ event, headers }) => headers.key === `product/${id}` && event !== 'read'),
  );
};

describe('many documents', () => {
  it('are created in their order, each with its event', async () => {
    const context = { actor: 'ann', requestId: 'r-1' };
    const fields = [1, 2, 3].map((stock) => book({ stock }));
    const created = await shop.products.createMany(fields, context);
    expect(created).toMatchObject(fields.map((one) => ({ ...one, revision: 1 })));
    for (const [index, events] of (await eventsOf(created)).entries()) {
      expect(events).toMatchObject([
        {
          event: 'create',
          payload: { after: created[index] },
          headers: { actor: 'ann', 'x-request-id': 'r-1' },
        },
      ]);
    }
    expect(await shop.products.createMany([])).toEqual([]);
  });

  it('are patched; only those that change get a revision and an event more', async () => {
    const { filter, all } = await made(3);
    const [first] = all;
    await shop.products.patch(first?.id ?? '', { stock: 50 });
    const changes = await shop.products.updateMany(filter, { stock: 50, description: 'new' });
    expect(changes.map(({ after }) => after)).toEqual(await found(filter));
    expect(changes.map(({ after }) => after.revision)).toEqual([3, 2, 2]);
    const again = await shop.products.updateMany(filter, { stock: 50 });
    expect(again.map(({ after }) => after.revision)).toEqual([3, 2, 2]);
    const changed = (await eventsOf(all)).map((events) =>
      events.flatMap(({ event, payload }) => (event === 'update' ? [payload.changed] : [])),
    );
    expect(changed).toEqual([
      [['stock'], ['description']],
      [['description', 'stock']],
      [['description', 'stock']],
    ]);
  });

  it('are deleted, each with its event', async () => {
    const { filter, all } = await made(3);
    expect(await shop.products.deleteMany(filter)).toEqual(all);
    expect(await found(filter)).toEqual([]);
    for (const events of await eventsOf(all)) {
      expect(events.map(({ event }) => event)).toEqual(['create', 'delete']);
    }
    expect(await shop.products.deleteMany(filter)).toEqual([]);
  });
});

describe('of many documents, one that fails', () => {
  beforeAll(() => shop.products.create(book({ name: TAKEN })));

  const cases: readonly { fields: Partial<Product>[]; code: string; paths: string[] }[] = [
    { fields: [{}, { price: -1 }, { stock: 1.5 }], code: 'document_invalid', paths: ['1.price', '2.stock'] },
    { fields: [{}, { categoryId: UNKNOWN }], code: 'reference_unknown', paths: ['1.categoryId'] },
    { fields: [{}, { name: TAKEN }], code: 'duplicate_key', paths: ['1'] },
  ];

  it.each(cases)('keeps all from being created with $code, and is named', async ({ fields, code, paths }) => {
    const stock = ++price;
    const created = async () => (await shop.messages(1)).filter(({ event }) => event === 'create').length;
    const before = await created();
    const issues = paths.map((path) => ({ path, message: expect.any(String) }));
    const batch = fields.map((one) => book({ stock, ...one }));
    expect(await refusal(shop.products.createMany(batch))).toMatchObject({ code, details: { issues } });
    expect((await shop.products.list({ ...everything, filter: { stock } })).items).toEqual([]);
    expect(await created()).toBe(before);
  });

  it('keeps all from being changed', async () => {
    const { filter, all } = await made(3);
    expect(await refusal(shop.products.updateMany(filter, { stock: -1 }))).toMatchObject({
      code: 'document_invalid',
      details: { issues: all.map(({ id }) => ({ path: `${id}.stock` })) },
    });
    expect(await refusal(shop.products.updateMany(filter, { name: freshName() }))).toMatchObject({
      code: 'duplicate_key',
      details: { issues: [{ path: all[1]?.id }] },
    });
    expect(await found(filter)).toEqual(all);
  });

  it('keeps all from being deleted', async () => {
    const name = freshName();
    const [used, free] = await shop.categories.createMany([{ name }, { name: freshName() }]);
    const held = await shop.products.create(book({ categoryId: used?.id }));
    expect(await refusal(shop.categories.deleteMany({ name }))).toMatchObject({
      code: 'document_in_use',
      details: { issues: [{ path: held.id }] },
    });
    expect((await shop.categories.list({ ...everything, filter: {} })).items).toEqual([used, free]);
  });
});

describe('an operation on many documents', () => {
  const many = Array.from({ length: 501 }, () => book());

  it('creates at most 500', async () => {
    expect(await refusal(shop.products.createMany(many))).toMatchObject({ code: 'too_many_documents' });
  });

  it('deletes at most 500', async () => {
    const filter = { price: ++price };
    await shop.products.createMany(many.slice(0, 300).map((one) => ({ ...one, ...filter })));
    await shop.products.createMany(many.slice(300).map((one) => ({ ...one, ...filter })));
    expect(await refusal(shop.products.deleteMany(filter))).toMatchObject({ code: 'too_many_documents' });
  });

  it('needs a filter to patch', async () => {
    const update = shop.products.updateMany({}, { stock: 1 });
    expect(await refusal(update)).toMatchObject({ code: 'query_invalid' });
  });

  it('needs a filter to delete', async () => {
    expect(await refusal(shop.products.deleteMany({}))).toMatchObject({ code: 'query_invalid' });
  });

  it('that fails is published once as an error', async () => {
    const before = (await shop.messages(1)).filter(({ event }) => event === 'error').length;
    await refusal(shop.products.createMany([book({ price: -1 }), book({ price: -1 })]));
    const errors = (await shop.messages(1)).filter(({ event }) => event === 'error').slice(before);
    expect(errors.map(({ payload }) => payload)).toMatchObject([
      { operation: 'create', code: 'document_invalid' },
    ]);
  });
});
