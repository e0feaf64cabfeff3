import { beforeEach, describe, expect, it } from '@jest/globals';
import { mongo, type ClientSession } from 'mongoose';
import { useMongo } from './mongo.fixture.js';

const connected = useMongo();

interface Item {
  readonly _id?: number;
  readonly n?: number;
}

const collectionOf = (name: string) => connected().connection.collection<Item>(name);
const namespaceOf = (name: string) => `${connected().connection.name}.${name}`;
const bulkWrite = (
  models: mongo.ClientBulkWriteModel<Record<string, Item>>[],
  options: mongo.ClientBulkWriteOptions & { readonly session?: ClientSession } = {},
) => connected().connection.getClient().bulkWrite<Record<string, Item>>(models, options);

const insert = (name: string, _id: number) =>
  ({ name: 'insertOne', namespace: namespaceOf(name), document: { _id } }) as const;

const idsOf = async (name: string): Promise<number[]> =>
  (await collectionOf(name).find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);

const failureOf = async (work: Promise<unknown>): Promise<mongo.MongoClientBulkWriteError> => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (error instanceof mongo.MongoClientBulkWriteError) return error;
  throw new Error(`not the expected failure: ${String(error)}`);
};

beforeEach(async () => {
  for (const name of ['a', 'b']) await connected().connection.createCollection(name);
});

describe('a bulk write of several collections', () => {
  it('inserts, updates and deletes', async () => {
    const result = await bulkWrite([
      insert('a', 1),
      insert('b', 1),
      insert('b', 2),
      { name: 'updateOne', namespace: namespaceOf('b'), filter: { _id: 2 }, update: { $set: { n: 7 } } },
      {
        name: 'updateOne',
        namespace: namespaceOf('a'),
        filter: { _id: 3 },
        update: { $set: { n: 8 } },
        upsert: true,
      },
      { name: 'deleteMany', namespace: namespaceOf('b'), filter: { _id: 1 } },
    ]);
    expect(result).toMatchObject({
      insertedCount: 3,
      matchedCount: 1,
      modifiedCount: 1,
      upsertedCount: 1,
      deletedCount: 1,
    });
    expect(await collectionOf('a').find().sort({ _id: 1 }).toArray()).toEqual([{ _id: 1 }, { _id: 3, n: 8 }]);
    expect(await collectionOf('b').find().toArray()).toEqual([{ _id: 2, n: 7 }]);
  });

  it('says what each operation did, if it is asked to', async () => {
    const result = await bulkWrite(
      [
        insert('a', 1),
        { name: 'deleteOne', namespace: namespaceOf('a'), filter: {} },
        { name: 'replaceOne', namespace: namespaceOf('b'), filter: {}, replacement: { n: 1 }, upsert: true },
      ],
      { verboseResults: true },
    );
    expect(result.insertResults?.get(0)).toEqual({ insertedId: 1 });
    expect(result.deleteResults?.get(1)).toEqual({ deletedCount: 1 });
    expect(result.updateResults?.get(2)?.upsertedId).toBeDefined();
  });

  it('ends at the first failure', async () => {
    const failure = await failureOf(bulkWrite([insert('a', 1), insert('a', 1), insert('b', 1)]));
    expect(failure.writeErrors.get(1)?.code).toBe(11_000);
    expect([await idsOf('a'), await idsOf('b')]).toEqual([[1], []]);
  });

  it('goes on after a failure when it is not ordered', async () => {
    const all = [insert('a', 1), insert('a', 1), insert('b', 1)];
    const failure = await failureOf(bulkWrite(all, { ordered: false }));
    expect([...failure.writeErrors.keys()]).toEqual([1]);
    expect([await idsOf('a'), await idsOf('b')]).toEqual([[1], [1]]);
  });

  it('is part of a transaction, which a failure aborts', async () => {
    const { connection } = connected();
    await connection.transaction(async (session) => {
      await bulkWrite([insert('a', 1), insert('b', 1)], { session });
      expect(await idsOf('a')).toEqual([]);
    });
    expect([await idsOf('a'), await idsOf('b')]).toEqual([[1], [1]]);
    const failing = connection.transaction(async (session) => {
      await bulkWrite([insert('a', 2), insert('b', 1)], { session });
    });
    expect((await failureOf(failing)).writeErrors.get(1)?.code).toBe(11_000);
    expect(await idsOf('a')).toEqual([1]);
  });
});

describe('a bulk write is refused', () => {
  const command = (more: object, database = 'admin') =>
    connected()
      .connection.getClient()
      .db(database)
      .command({ bulkWrite: 1, ops: [], nsInfo: [{ ns: 'test.a' }], ...more });

  it.each<[string, number, object]>([
    ['without operations', 16, {}],
    ['with a namespace that is not there', 2, { ops: [{ insert: 1, document: {} }] }],
    ['with a namespace that is none', 73, { ops: [{ insert: 0, document: {} }], nsInfo: [{ ns: 'test' }] }],
  ])('%s', async (_, code, more) => {
    const answer = await command(more).catch((error: unknown) => error);
    const { cursor, ...rest } = answer as { cursor?: { firstBatch: [{ code: number }] }; code?: number };
    expect(cursor?.firstBatch[0].code ?? rest.code).toBe(code);
  });

  it('by another database than admin', async () => {
    const ops = [{ insert: 0, document: {} }];
    await expect(command({ ops }, 'test')).rejects.toMatchObject({ code: 13 });
  });
});
