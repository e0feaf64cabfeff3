import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmbeddedMongo, type EmbeddedMongo } from '@typed-queue/embedded-mongo';
import { CuttingProxy } from '@typed-queue/embedded-mongo/testing';
import { models } from '../../models/models.js';
import { product, type Product } from '../../models/product.js';
import type { Repository } from '../repository.js';
import { openDatabase, type Database } from './database.js';
import { book } from './documents.fixture.js';
import { mongooseRepository } from './mongoose-repository.js';

const AT_ONCE = 100;

let server: EmbeddedMongo;
let proxy: CuttingProxy;
let database: Database;
let products: Repository<Product>;

beforeEach(async () => {
  server = await startEmbeddedMongo();
  proxy = await CuttingProxy.to(server.uri);
  database = await openDatabase({ uri: proxy.uri, models, patienceMs: 60_000, now: () => 0 });
  products = mongooseRepository(product, database);
});

afterEach(async () => {
  await database.close();
  await proxy.close();
  await server.close();
});

describe.each(['reset', 'end'] as const)('the loss of all connections by %s', (by) => {
  it('fails none of 100 changes at once, and makes none twice', async () => {
    let done = 0;
    let cut = 0;
    const create = async (): Promise<void> => {
      await products.create(book());
      if (++done === 10) cut = proxy.cut(by);
    };
    const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, create));
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(cut).toBeGreaterThan(1);
    expect(await database.connection.collection('products').countDocuments()).toBe(AT_ONCE);
  });

  it('fails no change of many documents, and makes none twice', async () => {
    let done = 0;
    const createMany = async (): Promise<void> => {
      await products.createMany([book(), book(), book()]);
      if (++done % 25 === 10) proxy.cut(by);
    };
    const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, createMany));
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await database.connection.collection('products').countDocuments()).toBe(3 * AT_ONCE);
  });
});
