import { contract, type DatabaseMessage, type SystemContract } from '@typed-queue/contracts';
import { after } from '@typed-queue/program';
import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';
import { category, type Category } from '../models/category.js';
import { product, type Product } from '../models/product.js';
import { publishing } from '../publishing/publishing-repository.js';
import type { Publisher } from '../publishing/publisher.js';
import type { Database } from '../repository/mongoose/database.js';
import { openTestDatabase, type TestDatabase } from '../repository/mongoose/database.fixture.js';
import { mongooseRepository } from '../repository/mongoose/mongoose-repository.js';
import type { Repository } from '../repository/repository.js';
import type { Transact } from '../repository/unit-of-work.js';
import { Outbox } from './outbox.js';
import { quietClient, silent } from './queue.fixture.js';
import { startOutbox, type RunningOutbox } from './start-outbox.js';
import { until } from './until.fixture.js';

export interface Shop {
  readonly database: TestDatabase;
  readonly server: TestQueue<SystemContract>;
  readonly outbox: RunningOutbox;
  readonly products: Repository<Product>;
  readonly categories: Repository<Category>;
  /** Resolves with all messages of the queue, when there are at least `count` and the outbox is empty. */
  messages(count: number): Promise<readonly DatabaseMessage[]>;
  close(): Promise<void>;
}

/** Products that publish; `transact` may fail as a test likes. */
export const publishingProducts = (
  database: Database,
  publisher: Publisher,
  transact: Transact = database.transact,
): Repository<Product> =>
  publishing(mongooseRepository(product, database), { model: 'product', publisher, transact });

/** A database, a queue server, and the repositories between them. */
export const openShop = async (): Promise<Shop> => {
  const [database, server] = await Promise.all([openTestDatabase(), startTestQueue(contract)]);
  const outbox = await startOutbox({
    database,
    openQueue: () => quietClient(server.url),
    logger: silent,
    after,
    elapsed: () => performance.now(),
    pollMs: 20,
    leaseMs: 1_000,
  });
  const { publisher } = outbox;
  const { transact } = database;
  const entries = new Outbox(database.connection);
  return {
    database,
    server,
    outbox,
    products: publishingProducts(database, publisher),
    categories: publishing(mongooseRepository(category, database), {
      model: 'category',
      publisher,
      transact,
    }),
    messages: async (count) => {
      await until(async () => (await entries.depth()).depth === 0);
      await until(async () => server.published('database').length >= count);
      return server.published('database');
    },
    close: async () => {
      await outbox.close();
      await server.close();
      await database.close();
    },
  };
};
