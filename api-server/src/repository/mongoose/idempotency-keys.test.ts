import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiError } from '@typed-queue/contracts';
import { startEmbeddedMongo, type EmbeddedMongo } from '@typed-queue/embedded-mongo';
import { category } from '../../models/category.js';
import type { Answer } from '../idempotency-store.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { openDatabase, type Database } from './database.js';
import { IdempotencyKeys, KEPT_MS } from './idempotency-keys.js';
import { mongooseRepository } from './mongoose-repository.js';

describe('Idempotency-Keys in MongoDB', () => {
  let mongo: EmbeddedMongo;
  let database: Database;
  let keys: IdempotencyKeys;
  let now = Date.now();
  let works = 0;

  beforeAll(async () => {
    mongo = await startEmbeddedMongo({});
  });
  afterAll(() => mongo.close());
  beforeEach(async () => {
    works = 0;
    database = await openDatabase({ uri: mongo.uri, models: [category], now: () => now });
    keys = new IdempotencyKeys(database);
    await keys.build();
  });
  afterEach(async () => {
    await database.connection.dropDatabase();
    await database.close();
  });

  const request = { scope: 'categories', key: 'a', fingerprint: 'f' };

  /** Creates a category, as the route does. */
  const create = async (unit: UnitOfWork): Promise<Answer> => {
    works++;
    const created = await mongooseRepository(category, database).create({ name: 'Tea' }, { unit });
    return { status: 201, headers: { ETag: '"1"' }, body: JSON.stringify(created) };
  };
  const count = (): Promise<number> => database.connection.collection('categories').countDocuments();

  it('remember an answer, and say it again', async () => {
    const first = await keys.once(request, create);
    expect(first).toMatchObject({ replayed: false, answer: { status: 201 } });
    expect(await keys.once(request, create)).toEqual({ replayed: true, answer: first.answer });
    expect(works).toBe(1);
    expect(await count()).toBe(1);
  });

  it('do the work of requests at the same time once', async () => {
    const done = await Promise.all(Array.from({ length: 8 }, () => keys.once(request, create)));
    expect(done.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(done.map(({ answer }) => answer.body)).size).toBe(1);
    expect(await count()).toBe(1);
  });

  it('refuse another request, also one at the same time', async () => {
    const done = await Promise.allSettled([
      keys.once(request, create),
      keys.once({ ...request, fingerprint: 'g' }, create),
    ]);
    expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(done.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'idempotency_conflict' },
    });
    expect(await count()).toBe(1);
  });

  it('of another scope are others', async () => {
    await keys.once(request, create);
    const other = { ...request, scope: 'products', fingerprint: 'g' };
    expect(await keys.once(other, async () => ({ status: 201, headers: {}, body: '{}' }))).toMatchObject({
      replayed: false,
    });
  });

  it('are not kept when the work failed, nor anything that it wrote', async () => {
    const failing = async (unit: UnitOfWork): Promise<Answer> => {
      await create(unit);
      throw new ApiError('document_invalid', 'no');
    };
    await expect(keys.once(request, failing)).rejects.toMatchObject({ code: 'document_invalid' });
    expect(await count()).toBe(0);
    expect(await keys.once(request, create)).toMatchObject({ replayed: false });
  });

  it('are removed when they were kept long enough', async () => {
    await keys.once(request, create);
    now += KEPT_MS;
    expect(await keys.removeOld()).toBe(0);
    now += 1;
    expect(await keys.removeOld()).toBe(1);
    expect(await database.connection.collection('idempotency-keys').countDocuments()).toBe(0);
  });
});
