import { describe, expect, it } from '@jest/globals';
import { startEmbeddedMongo } from '@typed-queue/embedded-mongo';
import { CuttingProxy } from '@typed-queue/embedded-mongo/testing';
import { models } from '../models/models.js';
import { book } from '../repository/mongoose/documents.fixture.js';
import { openDatabase } from '../repository/mongoose/database.js';
import { outboxPublisher } from './start-outbox.js';
import { Outbox } from './outbox.js';
import { publishingProducts } from './shop.fixture.js';

const AT_ONCE = 100;

describe.each(['reset', 'end'] as const)('the loss of all connections by %s', (by) => {
  it('fails none of 100 changes at once, and each has one event', async () => {
    const server = await startEmbeddedMongo();
    const proxy = await CuttingProxy.to(server.uri);
    const database = await openDatabase({ uri: proxy.uri, models, patienceMs: 60_000, now: () => 0 });
    const outbox = new Outbox(database.connection);
    await outbox.build();
    const errors: unknown[] = [];
    const publisher = outboxPublisher({
      outbox,
      relay: { add: () => undefined },
      now: Date.now,
      bestEffort: { publish: ({ payload }) => void errors.push(payload) },
    });
    const products = publishingProducts(database, publisher);
    let done = 0;
    const create = async (): Promise<void> => {
      await products.create(book());
      if (++done % 25 === 10) proxy.cut(by);
    };
    const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, create));
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(errors).toEqual([]);
    const count = (name: string) => database.connection.collection(name).countDocuments();
    expect(await count('products')).toBe(AT_ONCE);
    expect(await count('outbox')).toBe(AT_ONCE);
    await database.close();
    await proxy.close();
    await server.close();
  });
});
