import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { category, type Category } from '../../models/category.js';
import { product, type Product } from '../../models/product.js';
import { DEFAULT_SORT, type ListQuery, type Repository } from '../repository.js';
import { openTestDatabase, type TestDatabase } from './database.fixture.js';
import { book, freshName, refusal, UNKNOWN } from './documents.fixture.js';
import { mongooseRepository } from './mongoose-repository.js';

let database: TestDatabase;
let products: Repository<Product>;
let categories: Repository<Category>;

beforeAll(async () => {
  database = await openTestDatabase();
  products = mongooseRepository(product, database);
  categories = mongooseRepository(category, database);
});

afterAll(() => database.close());

const list = (query: Partial<ListQuery>) =>
  products.list({ limit: 200, filter: {}, sort: { field: 'id', direction: 'asc' }, ...query });

describe('a list', () => {
  it('comes in pages, each document once, while others are added and removed', async () => {
    const price = 70_000;
    const made = [];
    for (let n = 0; n < 9; n++) made.push(await products.create(book({ price, stock: Math.floor(n / 3) })));
    for (const direction of ['asc', 'desc'] as const) {
      const query = { limit: 2, filter: { price }, sort: { field: 'stock', direction } };
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await products.list({ ...query, cursor: cursor ?? undefined });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
        const extra = await products.create(book({ price, stock: direction === 'asc' ? -0 : 9 }));
        await products.delete(extra.id);
      } while (cursor !== null);
      const ids = made.map(({ id }) => id);
      expect(seen).toEqual(direction === 'asc' ? ids : ids.reverse());
    }
  });

  it.each(['id', 'createdAt', 'updatedAt', 'name', 'price'])(
    'is sorted by %s over its pages',
    async (field) => {
      const all = (await list({ sort: { field, direction: 'asc' } })).items.map(({ id }) => id);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await list({ limit: 2, cursor, sort: { field, direction: 'asc' } });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(all.length).toBeGreaterThanOrEqual(9);
      expect(seen).toEqual(all);
    },
  );

  describe('that is followed', () => {
    const follow = (price: number, cursor?: string | null) =>
      list({ limit: 2, filter: { price }, cursor: cursor ?? undefined });

    it('has no cursor while it is empty', async () => {
      expect(await follow(80_001)).toEqual({ items: [], nextCursor: null, endCursor: null });
    });

    it('goes on after its end when more comes', async () => {
      const price = 80_002;
      const [first, second, third] = await products.createMany([1, 2, 3].map(() => book({ price })));
      const page = await follow(price);
      expect(page).toEqual({ items: [first, second], nextCursor: page.endCursor, endCursor: page.endCursor });
      const last = await follow(price, page.endCursor);
      expect(last).toMatchObject({ items: [third], nextCursor: null });
      const none = await follow(price, last.endCursor);
      expect(none).toEqual({ items: [], nextCursor: null, endCursor: last.endCursor });
      const added = await products.create(book({ price }));
      expect(await follow(price, none.endCursor)).toMatchObject({ items: [added] });
    });
  });

  it('can be followed by default also when a later document has a lower id', async () => {
    const query = { filter: { price: 90_000 }, sort: DEFAULT_SORT };
    await products.create(book({ price: 90_000 }));
    const { endCursor } = await list(query);
    const { collection } = database.connection.model('product');
    const later = new Date(Date.now() + 1);
    const other = { ...book({ price: 90_000 }), revision: 1, createdAt: later, updatedAt: later };
    await collection.insertOne({ _id: new Types.ObjectId(UNKNOWN), ...other });
    const { items } = await list({ ...query, cursor: endCursor ?? '' });
    expect(items.map(({ id }) => id)).toEqual([UNKNOWN]);
    await products.delete(UNKNOWN);
  });

  it('is filtered by values as its fields have them', async () => {
    const { id } = await categories.create({ name: freshName() });
    const made = await products.create(book({ categoryId: id }));
    expect((await list({ filter: { categoryId: id, stock: 3 } })).items).toEqual([made]);
    expect((await list({ filter: { categoryId: id, stock: 4 } })).items).toEqual([]);
    expect((await list({ filter: { name: made.name } })).items).toEqual([made]);
  });

  it.each([
    ['an operator', { filter: { name: { $ne: '' } } }],
    ['a list of operators', { filter: { name: [{ $ne: '' }] } }],
    ['a field that is no filter', { filter: { description: 'x' } }],
    ['an operator as a field', { filter: { $where: '1' } }],
    ['a value of another type', { filter: { price: 'much' } }],
    ['an id that is none', { filter: { categoryId: 'x' } }],
    ['a sort that is none', { sort: { field: 'description', direction: 'asc' } }],
    ['no limit', { limit: 0 }],
    ['a huge limit', { limit: 201 }],
    ['half a limit', { limit: 1.5 }],
    ['a cursor that is none', { cursor: 'x' }],
    ['a cursor that is no JSON', { cursor: Buffer.from('[1').toString('base64url') }],
    [
      'a cursor with an operator',
      { cursor: Buffer.from(`["",{"$gt":""},"${UNKNOWN}"]`).toString('base64url') },
    ],
  ])('is refused: %s', async (_, query) => {
    expect(await refusal(list(query as never))).toMatchObject({ code: 'query_invalid' });
  });

  it('takes a cursor only in the list that gave it', async () => {
    const { nextCursor } = await list({ limit: 1 });
    const cursor = nextCursor ?? '';
    expect((await list({ cursor })).items.length).toBeGreaterThan(0);
    for (const other of [{ filter: { stock: 3 } }, { sort: { field: 'name', direction: 'asc' } as const }]) {
      expect(await refusal(list({ cursor, ...other }))).toMatchObject({ code: 'query_invalid' });
    }
  });
});
