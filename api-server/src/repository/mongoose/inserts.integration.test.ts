import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiError } from '@typed-queue/contracts';
import { after } from '@typed-queue/program';
import { product, type Product } from '../../models/product.js';
import type { Repository } from '../repository.js';
import { openTestDatabase, type TestDatabase } from './database.fixture.js';
import { openDatabase, type Database } from './database.js';
import { book } from './documents.fixture.js';
import { joinsInserts } from './inserts.js';
import { mongooseRepository } from './mongoose-repository.js';
import { retrying } from './retries.js';
import { transactionsOf } from './transactions.js';

let owner: TestDatabase;
let opened: Database;
let commands: string[] = [];

beforeAll(async () => {
  owner = await openTestDatabase();
  opened = await openDatabase({ uri: `${owner.uri}&monitorCommands=true`, models: owner.models });
  opened.connection.getClient().on('commandStarted', ({ commandName }) => commands.push(commandName));
});

afterAll(async () => {
  await opened.close();
  await owner.close();
});

it('a server is asked whether it can join inserts', async () => {
  expect(await joinsInserts(opened.connection, 'products')).toBe(true);
  // The server refuses the command.
  expect(await joinsInserts(opened.connection, '.none')).toBe(false);
});

describe.each([true, false])('a transaction, its inserts joined: %s', (joins) => {
  let database: Database;
  let products: Repository<Product>;

  beforeAll(() => {
    const { connection, now } = opened;
    const transact = transactionsOf({ connection, retry: retrying({ now, after }), joins });
    database = { ...opened, transact };
    products = mongooseRepository(product, database);
  });

  const count = (): Promise<number> => opened.connection.collection('others').countDocuments();

  it('inserts into several collections', async () => {
    const before = await count();
    commands = [];
    await database.transact(async (unit) => {
      await products.create(book(), { unit });
      await unit.insert('others', [{ a: 1 }, { a: 2 }]);
    });
    expect(commands).toEqual(
      joins ? ['bulkWrite', 'commitTransaction'] : ['insert', 'insert', 'commitTransaction'],
    );
    expect(await count()).toBe(before + 2);
  });

  it('reads what it has inserted', async () => {
    await database.transact(async (unit) => {
      const { id } = await products.create(book(), { unit });
      expect(await products.read(id, { unit })).toMatchObject({ id });
      expect(await products.patch(id, { price: 5 }, undefined, { unit })).toMatchObject({
        after: { price: 5 },
      });
    });
  });

  it('leaves nothing when it fails', async () => {
    const before = await count();
    const failing = database.transact(async (unit) => {
      await unit.insert('others', [{ a: 1 }]);
      await unit.flush();
      throw new ApiError('aborted', 'enough');
    });
    await expect(failing).rejects.toMatchObject({ code: 'aborted' });
    expect(await count()).toBe(before);
  });

  it('names the field of a duplicate', async () => {
    const before = await count();
    const { name } = await products.create(book());
    const failing = database.transact(async (unit) => {
      await products.create(book({ name }), { unit });
      await unit.insert('others', [{ a: 1 }]);
    });
    await expect(failing).rejects.toMatchObject({ code: 'duplicate_key', details: { field: 'name' } });
    expect(await count()).toBe(before);
  });

  it('names the items of a batch that are duplicates', async () => {
    const { name } = await products.create(book());
    const failing = products.createMany([book(), book({ name })]);
    await expect(failing).rejects.toMatchObject({
      code: 'duplicate_key',
      details: { issues: [{ path: '1' }] },
    });
  });
});
