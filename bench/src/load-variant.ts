import {
  mongooseRepository,
  product,
  publishing,
  separateInserts,
  type Database,
  type Product,
  type Publisher,
  type Repository,
  type Transact,
} from '@typed-queue/api-server/components';
import type { Stopwatch } from './stopwatch.js';

/** What a write consists of; each variant includes the ones before it. */
export const variants = ['bare', 'transaction', 'decorator'] as const;

export type Variant = (typeof variants)[number];

/**
 * `write`: all of it; `transact`: the transaction, with what is done in it; `work`: that without its begin and commit;
 * `method`: the write in it; `store`: making the entry of the event, and storing it.
 */
export type Part = 'write' | 'transact' | 'work' | 'method' | 'store';

export interface VariantDeps {
  readonly database: Database;
  readonly publisher: Publisher;
  readonly watch: Stopwatch<Part>;
}

/** A repository whose writes consist of this. */
export const repositoryOf = (variant: Variant, deps: VariantDeps): Repository<Product> => {
  const { database, watch } = deps;
  const own = {
    ...database,
    transact: variant === 'bare' ? withoutTransaction(database) : database.transact,
  };
  const repository = mongooseRepository(product, own);
  return watched(variant === 'decorator' ? decorated(repository, deps) : repository, 'write', watch);
};

/** A session as every write has one, and no transaction. */
const withoutTransaction =
  ({ connection }: Database): Transact =>
  async (work) => {
    const session = await connection.startSession();
    try {
      const inserts = separateInserts({ connection, session });
      return await work({
        session,
        insert: (collection, documents) => inserts.add(collection, documents),
        flush: () => inserts.flush(),
        afterCommit: (run) => run(),
      });
    } finally {
      await session.endSession();
    }
  };

const decorated = (
  repository: Repository<Product>,
  { database, publisher, watch }: VariantDeps,
): Repository<Product> =>
  publishing(watched(repository, 'method', watch), {
    model: product.name,
    transact: (work) =>
      watch.time('transact', () => database.transact((unit) => watch.time('work', () => work(unit)))),
    publisher: {
      store: (unit, events) => watch.time('store', () => publisher.store(unit, events)),
      publishBestEffort: (event) => publisher.publishBestEffort(event),
    },
  });

const watched = (
  repository: Repository<Product>,
  part: Part,
  watch: Stopwatch<Part>,
): Repository<Product> => ({
  create: (...args) => watch.time(part, () => repository.create(...args)),
  createMany: (...args) => repository.createMany(...args),
  read: (...args) => repository.read(...args),
  list: (...args) => repository.list(...args),
  replace: (...args) => repository.replace(...args),
  patch: (...args) => repository.patch(...args),
  updateMany: (...args) => repository.updateMany(...args),
  delete: (...args) => repository.delete(...args),
  deleteMany: (...args) => repository.deleteMany(...args),
});
