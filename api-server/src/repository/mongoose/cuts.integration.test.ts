import { afterEach, describe, expect, it } from '@jest/globals';
import { startEmbeddedMongo, type EmbeddedMongo } from '@typed-queue/embedded-mongo';
import { CuttingProxy } from '@typed-queue/embedded-mongo/testing';
import { models } from '../../models/models.js';
import { product, type Product } from '../../models/product.js';
import type { Repository } from '../repository.js';
import { openDatabase, type Database } from './database.js';
import { book, refusal } from './documents.fixture.js';
import { mongooseRepository } from './mongoose-repository.js';

const AT_ONCE = 100;

let server: EmbeddedMongo;
let proxy: CuttingProxy;
let database: Database;
let products: Repository<Product>;
let warnings: string[];

const open = async (more: { readonly lostMs?: number } = {}): Promise<void> => {
  warnings = [];
  server = await startEmbeddedMongo();
  proxy = await CuttingProxy.to(server.uri);
  const warn = (text: string) => void warnings.push(text);
  database = await openDatabase({ uri: proxy.uri, models, patienceMs: 2_000, warn, ...more });
  products = mongooseRepository(product, database);
};

afterEach(async () => {
  await database.close();
  await proxy.close();
  await server.close();
});

describe.each(['reset', 'end'] as const)('a cut of the connections by %s', (by) => {
  it('fails none of 100 changes at once, and makes none twice', async () => {
    await open();
    let done = 0;
    let cut = 0;
    const create = async (): Promise<void> => {
      await products.create(book());
      if (++done === 10) cut = proxy.cut(by, { monitor: false });
    };
    const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, create));
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(cut).toBeGreaterThan(1);
    expect(await database.connection.collection('products').countDocuments()).toBe(AT_ONCE);
  });

  it('fails no change of many documents, and makes none twice', async () => {
    await open();
    let done = 0;
    const createMany = async (): Promise<void> => {
      await products.createMany([book(), book(), book()]);
      if (++done % 25 === 10) proxy.cut(by, { monitor: false });
    };
    const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, createMany));
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await database.connection.collection('products').countDocuments()).toBe(3 * AT_ONCE);
  });
});

describe('a driver whose monitor hangs', () => {
  it('is replaced by one that reaches the database, and no request fails', async () => {
    await open({ lostMs: 50 });
    const { id } = await products.create(book());
    const client = database.connection.getClient();
    const lost = new Promise<void>((resolve) => {
      client.on('topologyDescriptionChanged', ({ newDescription }) => {
        if (!newDescription.hasKnownServers) resolve();
      });
    });
    proxy.strand();
    const first = products.read(id);
    await lost;
    const others = Array.from({ length: 20 }, () => [products.read(id), products.create(book())]).flat();
    const requests = [first, ...others];
    expect((await Promise.allSettled(requests)).filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(database.connection.getClient()).not.toBe(client);
    expect(warnings).toEqual([expect.stringContaining('it is replaced')]);
  });

  it('is left alone while no other client reaches the database', async () => {
    await open({ lostMs: 50 });
    const client = database.connection.getClient();
    await proxy.close();
    expect(await refusal(database.ping())).toMatchObject({ code: 'database_unavailable' });
    expect(database.connection.getClient()).toBe(client);
    expect(warnings).toEqual([]);
  });
});
