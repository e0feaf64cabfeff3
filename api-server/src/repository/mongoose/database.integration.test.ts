import { describe, expect, it } from '@jest/globals';
import { startEmbeddedMongo } from '@typed-queue/embedded-mongo';
import { models } from '../../models/models.js';
import { product } from '../../models/product.js';
import { openTestDatabase } from './database.fixture.js';
import { openDatabase, refuseStandalone } from './database.js';
import { book, refusal, UNKNOWN } from './documents.fixture.js';
import { mongooseRepository } from './mongoose-repository.js';

describe('a database', () => {
  it('has its indexes when it is open, and opens again with them', async () => {
    const database = await openTestDatabase();
    const again = await openDatabase({ uri: database.uri, models });
    const indexes = await again.connection.collection('products').indexes();
    expect(indexes.map(({ name }) => name).sort()).toEqual(
      [
        '_id_',
        'name_1',
        ...['categoryId', 'createdAt', 'name', 'price', 'stock', 'tags', 'updatedAt'].map(
          (f) => `${f}_1__id_1`,
        ),
      ].sort(),
    );
    await again.ping();
    await again.close();
    await database.close();
  });

  it('is not opened over documents that break a unique index', async () => {
    const database = await openTestDatabase();
    const products = database.connection.collection('products');
    await products.dropIndexes();
    await products.insertMany([{ name: 'book' }, { name: 'book' }]);
    const error = await refusal(openDatabase({ uri: database.uri, models }));
    expect(error).toMatchObject({
      code: 'duplicate_key',
      details: { collection: 'products', field: 'name' },
    });
    expect(error.message).toContain('"products"');
    await database.close();
  });

  it('that nobody serves is unavailable', async () => {
    const work = openDatabase({ uri: 'mongodb://127.0.0.1:1/?replicaSet=rs0', models, patienceMs: 1_000 });
    expect(await refusal(work)).toMatchObject({ code: 'database_unavailable', retryable: true });
  });

  it('that went away is unavailable, and nothing waits without end', async () => {
    const server = await startEmbeddedMongo();
    const database = await openDatabase({ uri: server.uri, models, patienceMs: 1_000 });
    const products = mongooseRepository(product, database);
    await server.close();
    for (const work of [
      () => database.ping(),
      () => products.create(book()),
      () => products.read(UNKNOWN),
      () => products.delete(UNKNOWN),
    ]) {
      expect(await refusal(work())).toMatchObject({ code: 'database_unavailable' });
    }
    await database.close();
  });

  it('without transactions is refused with the recipe', () => {
    expect(() => refuseStandalone({})).toThrow(
      expect.objectContaining({
        code: 'database_standalone',
        message: expect.stringMatching(/mongod --replSet rs0[^]*rs\.initiate\(\)/),
      }),
    );
  });

  it.each([{ setName: 'rs0' }, { msg: 'isdbgrid' }])('with transactions is accepted: %j', (hello) => {
    expect(() => refuseStandalone(hello)).not.toThrow();
  });
});
