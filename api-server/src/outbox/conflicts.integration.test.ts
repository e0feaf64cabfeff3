import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { book } from '../repository/mongoose/documents.fixture.js';
import { mongooseRepository } from '../repository/mongoose/mongoose-repository.js';
import type { Transact } from '../repository/unit-of-work.js';
import { product } from '../models/product.js';
import { openShop, publishingProducts, type Shop } from './shop.fixture.js';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});

afterAll(() => shop.close());

const conflict = (): mongo.MongoError => {
  const error = new mongo.MongoError('conflict');
  error.addErrorLabel('TransientTransactionError');
  return error;
};

/** The events of a document, when all are published. */
const eventsOf = async (id: string): Promise<string[]> => {
  const messages = await shop.messages(1);
  return messages.filter(({ headers }) => headers.key === `product/${id}`).map(({ event }) => event);
};

describe('a change whose transaction conflicts with another', () => {
  it('is made and published once, when it is retried', async () => {
    let tries = 0;
    const conflicting: Transact = (work) =>
      shop.database.transact(async (unit) => {
        const result = await work(unit);
        if (tries++ === 0) throw conflict();
        return result;
      });
    const { id } = await publishingProducts(shop.database, shop.outbox.publisher, conflicting).create(book());
    expect(tries).toBe(2);
    expect(await eventsOf(id)).toEqual(['create']);
  });

  it('is no error, when its caller retries it', async () => {
    const { id } = await shop.products.create(book());
    const snapshot = mongooseRepository(product, shop.database);
    let tries = 0;
    await shop.database.transact(async (unit) => {
      await snapshot.read(id, { unit });
      // Another change is committed after this transaction saw the document.
      if (tries++ === 0) await shop.products.patch(id, { price: 5 });
      await shop.products.patch(id, { stock: 5 }, undefined, { unit });
    });
    expect(tries).toBe(2);
    expect(await shop.products.read(id)).toMatchObject({ price: 5, stock: 5, revision: 3 });
    expect((await eventsOf(id)).filter((event) => event !== 'read')).toEqual(['create', 'update', 'update']);
  });
});
