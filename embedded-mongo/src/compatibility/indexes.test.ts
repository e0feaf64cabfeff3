import { describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { useMongo } from './mongo.fixture.js';

const mongo = useMongo();
const models = () => mongo().models;
const collection = (name: string) => mongo().connection.collection(name);

describe('indexes', () => {
  it('are made from the schema, and listed', async () => {
    const { Message } = models();
    await Message.createCollection();
    await Message.syncIndexes();
    const indexes = await Message.listIndexes();
    expect(indexes).toHaveLength(4);
    expect(indexes.find(({ name }) => name === 'key_1')).toMatchObject({ unique: true, key: { key: 1 } });
    await Message.syncIndexes();
    expect(await Message.listIndexes()).toHaveLength(4);
  });

  it('are made by a model by itself', async () => {
    const schema = new mongoose.Schema({ e: { type: String, unique: true } }, { autoIndex: true });
    const Own = mongo().connection.model('Own', schema);
    await Own.init();
    await Own.create({ e: 'a' });
    await expect(Own.create({ e: 'a' })).rejects.toMatchObject({ code: 11_000 });
    mongo().connection.deleteModel('Own');
  });

  it('may expire documents', async () => {
    expect(await collection('ttl').createIndex({ at: 1 }, { expireAfterSeconds: 1 }, {})).toBe('at_1');
  });
});

describe('a unique index', () => {
  it('refuses a duplicate, and names it', async () => {
    const { Message } = models();
    await Message.syncIndexes();
    await Message.create({ key: 'k1' });
    await expect(Message.create({ key: 'k1' })).rejects.toMatchObject({
      code: 11_000,
      name: 'MongoServerError',
      keyPattern: { key: 1 },
      keyValue: { key: 'k1' },
      message: expect.stringMatching(
        /E11000 duplicate key error collection: \S+\.messages index: key_1 dup key: \{ key: "k1" \}/,
      ),
    });
  });

  it('refuses an _id that is there, and an update that makes a duplicate', async () => {
    const { Message } = models();
    await Message.syncIndexes();
    const { _id } = await Message.create({ key: 'k1' });
    await Message.create({ key: 'k2' });
    await expect(Message.collection.insertOne({ _id })).rejects.toMatchObject({ code: 11_000 });
    const update = Message.updateOne({ key: 'k2' }, { $set: { key: 'k1' } });
    await expect(update).rejects.toMatchObject({ code: 11_000 });
    expect(await Message.countDocuments({ key: 'k2' })).toBe(1);
  });

  it('lets the others of an unordered batch through', async () => {
    const { Message } = models();
    await Message.syncIndexes();
    await Message.create({ key: 'k1' });
    const batch = Message.insertMany([{ key: 'n1' }, { key: 'k1' }, { key: 'n2' }], { ordered: false });
    await expect(batch).rejects.toMatchObject({ code: 11_000, insertedDocs: { length: 2 } });
    expect(await Message.countDocuments()).toBe(3);
  });

  it('leaves out what a partial filter does not match', async () => {
    const partial = collection('partial');
    const partialFilterExpression = { dk: { $type: 'string' } };
    await partial.createIndex({ dk: 1 }, { unique: true, partialFilterExpression }, {});
    await partial.insertMany([{ a: 1 }, { a: 2 }, { dk: 'x' }]);
    await expect(partial.insertOne({ dk: 'x' })).rejects.toMatchObject({ code: 11_000 });
  });

  it('is not made over duplicates', async () => {
    const doubled = collection('doubled');
    await doubled.insertMany([{ z: 1 }, { z: 1 }]);
    await expect(doubled.createIndex({ z: 1 }, { unique: true }, {})).rejects.toMatchObject({ code: 11_000 });
    expect(await doubled.listIndexes().toArray()).toHaveLength(1);
  });
});
