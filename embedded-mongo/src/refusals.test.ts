import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Decimal128, Long, MongoClient, type Document } from 'mongodb';
import { startEmbeddedMongo, type EmbeddedMongo } from './server.js';

let server: EmbeddedMongo;
let client: MongoClient;

beforeAll(async () => {
  server = await startEmbeddedMongo();
  client = await MongoClient.connect(server.uri);
});
beforeEach(() => client.db('shop').dropDatabase());
afterAll(async () => {
  await client.close();
  await server.close();
});

const partialIndex = (partialFilterExpression: unknown): Document => ({
  createIndexes: 'a',
  indexes: [{ key: { a: 1 }, name: 'a', partialFilterExpression }],
});
/** JavaScript's objects would have the number first. */
const reordered = new Map([
  ['b', 1],
  ['1', 1],
]);
const command = (document: Document) => client.db('shop').command(document);

describe('a command is refused', () => {
  it.each<[number, string, Document]>([
    [59, 'CommandNotFound', { mapReduce: 'a' }],
    [59, 'CommandNotFound', { explain: { find: 'a' } }],
    [40_415, 'Location40415', { find: 'a', nonsense: 1 }],
    [40_414, 'Location40414', { insert: 'a' }],
    [14, 'TypeMismatch', { find: 'a', filter: 1 }],
    [14, 'TypeMismatch', { update: 'a', updates: [1] }],
    [2, 'BadValue', { find: 'a', skip: -1 }],
    [2, 'BadValue', { find: 'a', filter: { $foo: 1 } }],
    [2, 'BadValue', { find: 'a', sort: { a: 7 } }],
    [238, 'NotImplemented', { find: 'a', collation: { locale: 'de' } }],
    [40_324, 'Location40324', { aggregate: 'a', pipeline: [{ $foo: 1 }], cursor: {} }],
    [40_324, 'Location40324', { aggregate: 'a', pipeline: [{ $changeStream: {} }], cursor: {} }],
    [238, 'NotImplemented', { find: 'a', let: { x: 1 } }],
    [51_091, 'Location51091', { find: 'a', filter: { a: { $regex: '(a)\\1' } } }],
    [238, 'NotImplemented', { insert: 'a', documents: [{ o: reordered }] }],
    [238, 'NotImplemented', { insert: 'a', documents: [{ l: [reordered] }] }],
    [238, 'NotImplemented', { find: 'a', sort: reordered }],
    [238, 'NotImplemented', { createIndexes: 'a', indexes: [{ key: reordered, name: 'x' }] }],
    [
      238,
      'NotImplemented',
      { aggregate: 'a', pipeline: [{ $group: { _id: null, 1: { $sum: 1 } } }], cursor: {} },
    ],
    [16, 'InvalidLength', { insert: 'a', documents: [] }],
    [16, 'InvalidLength', { update: 'a', updates: [] }],
    [67, 'CannotCreateIndex', partialIndex({ a: { $regex: 'x' } })],
    [67, 'CannotCreateIndex', partialIndex({ a: /x/ })],
    [67, 'CannotCreateIndex', partialIndex({ $and: [{ a: { $exists: false } }] })],
    [14, 'TypeMismatch', partialIndex(1)],
    [43, 'CursorNotFound', { getMore: Long.fromNumber(99), collection: 'a' }],
    [73, 'InvalidNamespace', { find: '' }],
    [9, 'FailedToParse', { findAndModify: 'a', query: {} }],
    [9, 'FailedToParse', { findAndModify: 'a', query: {}, remove: true, new: true }],
    [26, 'NamespaceNotFound', { listIndexes: 'nothing' }],
    [67, 'CannotCreateIndex', { createIndexes: 'a', indexes: [{ key: { a: 'text' }, name: 'a' }] }],
    [67, 'CannotCreateIndex', { createIndexes: 'a', indexes: [{ key: {}, name: 'a' }] }],
    [197, 'InvalidIndexSpecificationOption', { createIndexes: 'a', indexes: [{ key: { a: 1 }, foo: 1 }] }],
    [40_415, 'Location40415', { create: 'a', capped: true, size: 1 }],
  ])('with %i %s: %j', async (code, codeName, document) => {
    await expect(command(document)).rejects.toMatchObject({ code, codeName });
  });

  it('statement by statement', async () => {
    const reply = await command({
      update: 'a',
      ordered: false,
      updates: [
        { q: {}, u: { $foo: 1 } },
        { q: { _id: 1 }, u: { $set: { n: 1 } }, upsert: true },
        { q: { _id: 1 }, u: { $inc: { n: 'x' } } },
        { q: {}, u: { a: 1 }, multi: true },
      ],
    });
    expect(reply).toMatchObject({
      ok: 1,
      n: 1,
      upserted: [{ index: 1, _id: 1 }],
      writeErrors: [
        { index: 0, code: 9 },
        { index: 2, code: 14 },
        { index: 3, code: 9 },
      ],
    });
  });

  it('within a transaction, which is over then', async () => {
    const notes = client.db('shop').collection('notes');
    await client.withSession(async (session) => {
      session.startTransaction();
      await notes.insertOne({ a: 1 }, { session });
      await expect(notes.createIndex({ a: 1 }, {}, { session })).rejects.toMatchObject({ code: 263 });
      await expect(notes.insertOne({ a: 1 }, { session })).rejects.toMatchObject({ code: 251 });
    });
    expect(await notes.countDocuments()).toBe(0);
  });

  it('when an index says something else than before', async () => {
    const notes = client.db('shop').collection('notes');
    await notes.createIndex({ a: 1 }, { name: 'x' }, {});
    await notes.createIndex({ a: 1 }, { name: 'x' }, {});
    await expect(notes.createIndex({ a: 1 }, { name: 'y' }, {})).rejects.toMatchObject({ code: 85 });
    await expect(notes.createIndex({ b: 1 }, { name: 'x' }, {})).rejects.toMatchObject({ code: 86 });
    await expect(notes.dropIndex('z')).rejects.toMatchObject({ code: 27 });
    await expect(notes.dropIndex('_id_')).rejects.toMatchObject({ code: 72 });
    await notes.dropIndex('x');
    expect(await notes.indexes()).toHaveLength(1);
  });

  it.each<[number, Document]>([
    [53, { _id: /x/ }],
    [53, { _id: [1] }],
    [52, { _id: { $x: 1 } }],
    [238, { 1: 1 }],
  ])('with %i when a document cannot be stored: %p', async (code, document) => {
    const insert = command({ insert: 'a', documents: [document] });
    await expect(insert).resolves.toMatchObject({ n: 0, writeErrors: [{ code }] });
  });

  it('when two fields of an index are arrays', async () => {
    const notes = client.db('shop').collection('notes');
    await notes.createIndex({ u: 1, v: 1 }, {}, {});
    await notes.insertOne({ u: [1], v: 1 });
    await expect(notes.insertOne({ u: [1], v: [1] })).rejects.toMatchObject({ code: 171 });
    await expect(notes.updateOne({}, { $set: { v: [1] } })).rejects.toMatchObject({ code: 171 });
    await notes.insertOne({ l: [{ a: 1, b: 1 }] });
    await expect(notes.createIndex({ 'l.a': 1, u: 1 }, {}, {})).resolves.toBe('l.a_1_u_1');
    await expect(notes.createIndex({ 'l.a': 1, 'l.b': 1 }, { unique: true }, {})).rejects.toMatchObject({
      code: 238,
    });
  });

  it('when a regular expression would block the server', async () => {
    const notes = client.db('shop').collection('notes');
    await notes.insertOne({ text: 'x'.repeat(200_000) });
    const slow = notes.find({ text: { $regex: '.{1000}.{1000}$' } }).toArray();
    await expect(slow).rejects.toMatchObject({ code: 51_156, message: expect.stringContaining('limit') });
    expect(await notes.countDocuments({ text: { $regex: '^x+$' } })).toBe(1);
  });

  it('when a document is larger than 16 MB', async () => {
    const insert = client
      .db('shop')
      .collection('notes')
      .insertOne({ text: 'x'.repeat(16 * 1024 * 1024) });
    await expect(insert).rejects.toMatchObject({ code: 10_334 });
  });
});

it('keeps apart a double and the decimal of the same text', async () => {
  const notes = client.db('shop').collection('notes');
  await notes.createIndex({ v: 1 }, { unique: true }, {});
  const v = Decimal128.fromString('9.99');
  await notes.insertMany([{ v }, { v: 9.99 }]);
  expect(await notes.countDocuments({ v })).toBe(1);
});

describe('an answer', () => {
  it('of much more than 16 MB comes in batches', async () => {
    const notes = client.db('shop').collection<{ _id: number; text: string }>('notes');
    for (let _id = 0; _id < 5; _id++) await notes.insertOne({ _id, text: 'x'.repeat(7_000_000) });
    const found = await notes.find().toArray();
    expect(found.map(({ _id }) => _id)).toEqual([0, 1, 2, 3, 4]);
  });
});

it('is not started for others than this machine', async () => {
  await expect(startEmbeddedMongo({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'config_invalid' });
});
