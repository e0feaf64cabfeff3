import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { category, type Category } from '../../models/category.js';
import { models } from '../../models/models.js';
import { product, type Product } from '../../models/product.js';
import { warehouse } from '../../models/warehouse.fixture.js';
import type { Repository } from '../repository.js';
import { openTestDatabase, type TestDatabase } from './database.fixture.js';
import { openDatabase, type Database } from './database.js';
import { book, freshName, refusal, UNKNOWN } from './documents.fixture.js';
import { mongooseRepository } from './mongoose-repository.js';

let database: TestDatabase;
/** Of another process of the API. */
let other: Database;
let products: Repository<Product>;
let categories: Repository<Category>;

beforeAll(async () => {
  // With a frozen clock, conflicts are retried for as long as a busy machine needs.
  const options = { models: [...models, warehouse], now: () => 0 };
  database = await openTestDatabase(options);
  other = await openDatabase({ ...options, uri: database.uri });
  products = mongooseRepository(product, database);
  categories = mongooseRepository(category, database);
});

afterAll(async () => {
  await other.close();
  await database.close();
});

describe('a document that many refer to', () => {
  it('lets 300 of two processes do so at once', async () => {
    const { id: categoryId } = await categories.create({ name: freshName() });
    const both = [products, mongooseRepository(product, other)];
    const creations = both.flatMap((all) =>
      Array.from({ length: 150 }, () => all.create(book({ categoryId }))),
    );
    const results = await Promise.allSettled(creations);
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
  });

  it('does not let them conflict with each other in one process', async () => {
    const { id: categoryId } = await categories.create({ name: freshName() });
    let tries = 0;
    const transact: Database['transact'] = (work) =>
      database.transact((unit) => {
        tries++;
        return work(unit);
      });
    const counted = mongooseRepository(product, { ...database, transact });
    await Promise.all(Array.from({ length: 60 }, () => counted.create(book({ categoryId }))));
    expect(tries).toBe(60);
  });
});

describe('a reference', () => {
  it.each(['one', 'another'])(
    'never leads nowhere when %s process deletes what it leads to',
    async (which) => {
      const deleting = which === 'one' ? categories : mongooseRepository(category, other);
      const warehouses = mongooseRepository(warehouse, database);
      const statuses = new Set<string>();
      for (let round = 0; round < 10; round++) {
        const { id } = await categories.create({ name: freshName() });
        const fields = { code: freshName(), kind: 'cold', open: true, manager: null, shelves: [] } as const;
        const results = await Promise.allSettled([
          products.create(book({ categoryId: id })),
          warehouses.create({ ...fields, shelves: [], opened: '2026-01-01T00:00:00Z', categoryIds: [id] }),
          deleting.delete(id),
        ]);
        const [inProduct, inWarehouse, deleted] = results.map(({ status }) => status);
        statuses.add(`${inProduct} ${inWarehouse} ${deleted}`);
      }
      // Either the reference is made or the document is deleted, not both.
      for (const status of statuses) {
        expect([
          'fulfilled fulfilled rejected',
          'rejected rejected fulfilled',
          'fulfilled rejected rejected',
          'rejected fulfilled rejected',
        ]).toContain(status);
      }
    },
  );

  it('conflicts with a deletion that a transaction before it did not see', async () => {
    const { id } = await categories.create({ name: freshName() });
    let tries = 0;
    const late = database.transact(async (unit) => {
      tries++;
      // The transaction sees the category from now on.
      await categories.read(id, { unit });
      if (tries === 1) await mongooseRepository(category, other).delete(id);
      await products.create(book({ categoryId: id }), { unit });
    });
    expect(await refusal(late)).toMatchObject({ code: 'document_unknown' });
    expect(tries).toBe(2);
  });

  it('conflicts with a deletion that began before it', async () => {
    const { id } = await categories.create({ name: freshName() });
    let tries = 0;
    const late = database.transact(async (unit) => {
      tries++;
      await categories.read(id, { unit });
      if (tries === 1) await mongooseRepository(product, other).create(book({ categoryId: id }));
      await categories.delete(id, undefined, { unit });
    });
    expect(await refusal(late)).toMatchObject({ code: 'document_in_use' });
    expect(tries).toBe(2);
  });

  it('names all that lead nowhere', async () => {
    const many = [book(), book({ categoryId: UNKNOWN }), book({ categoryId: UNKNOWN })];
    expect(await refusal(products.createMany(many))).toMatchObject({
      code: 'reference_unknown',
      details: { issues: [{ path: '1.categoryId' }, { path: '2.categoryId' }] },
    });
  });
});
