import { beforeEach, describe, expect, it } from '@jest/globals';
import { fifty, useMongo } from './mongo.fixture.js';

const mongo = useMongo();
const models = () => mongo().models;

beforeEach(async () => {
  await models().Message.insertMany(fifty());
});

describe('findOneAnd…', () => {
  it('updates the first of an order and returns it', async () => {
    const leased = await models().Message.findOneAndUpdate(
      { status: 'ready', visibleAt: { $lte: new Date() }, attempts: { $gt: 20 } },
      { $set: { status: 'leased' }, $inc: { attempts: 1 }, $push: { tags: 'leased' } },
      { returnDocument: 'after', sort: { attempts: 1 } },
    );
    expect(leased).toMatchObject({ status: 'leased', attempts: 22, tags: ['t0', 'leased'] });
  });

  it('returns what was before', async () => {
    const before = await models().Message.findOneAndUpdate({ key: 'b5' }, { $inc: { attempts: 1 } });
    expect(before?.attempts).toBe(5);
  });

  it('gives each of 20 at once another document', async () => {
    const lease = () =>
      models().Message.findOneAndUpdate({ status: 'ready' }, { status: 'leased' }, { sort: { attempts: 1 } });
    const leased = await Promise.all(Array.from({ length: 20 }, lease));
    expect(new Set(leased.map((message) => message?.key)).size).toBe(20);
  });

  it('inserts with defaults when nothing is found', async () => {
    const made = await models().Message.findOneAndUpdate(
      { key: 'ups' },
      { $set: { attempts: 3 }, $setOnInsert: { payload: 'p' } },
      { upsert: true, returnDocument: 'after', setDefaultsOnInsert: true },
    );
    expect(made).toMatchObject({ key: 'ups', attempts: 3, payload: 'p', status: 'ready' });
  });

  it('deletes and replaces', async () => {
    const { Author, Message } = models();
    expect(await Message.findOneAndDelete({ key: 'b1' })).toMatchObject({ key: 'b1' });
    expect(await Message.exists({ key: 'b1' })).toBeNull();
    const { _id } = await Author.create({ name: 'Ann' });
    const replaced = await Author.findOneAndReplace({ _id }, { name: 'Bea' }, { returnDocument: 'after' });
    expect(replaced).toMatchObject({ _id, name: 'Bea' });
  });
});

describe('update', () => {
  it('reports what it matched, modified and inserted', async () => {
    const { Message } = models();
    const update = { $set: { 'payload.x': 1 }, $addToSet: { tags: { $each: ['q', 'q'] } } };
    expect(await Message.updateOne({ key: 'b7' }, update)).toMatchObject({
      matchedCount: 1,
      modifiedCount: 1,
    });
    expect((await Message.findOne({ key: 'b7' }))?.tags).toEqual(['t1', 'q']);
    const all = await Message.updateMany({ key: /^b/ }, { $unset: { visibleAt: 1 } });
    expect(all).toMatchObject({ matchedCount: 50, modifiedCount: 50 });
    const made = await Message.updateOne({ key: 'zzz' }, { $set: { attempts: 1 } }, { upsert: true });
    expect(made).toMatchObject({ matchedCount: 0, upsertedCount: 1 });
  });

  it('pulls what matches', async () => {
    const { collection } = models().Message;
    await collection.updateOne({ key: 'b9' }, { $set: { list: [1, 2, 3, 4] } });
    await collection.updateOne({ key: 'b9' }, { $pull: { list: { $gte: 3 } } } as never);
    const found = await collection.findOne({ key: 'b9' });
    expect(found).toMatchObject({ list: [1, 2] });
  });

  it('finds its element by the filter, and by array filters', async () => {
    const { Message } = models();
    await Message.updateOne({ key: 'b1' }, { items: [{ sku: 's0' }, { sku: 's1', qty: 2 }] });
    await Message.updateOne({ key: 'b1', 'items.sku': 's1' }, { $inc: { 'items.$.qty': 5 } });
    expect((await Message.findOne({ key: 'b1' }))?.items[1]?.qty).toBe(7);
    const arrayFilters = [{ 'e.sku': 's1' }];
    await Message.updateOne({ key: 'b1' }, { $set: { 'items.$[e].qty': 99 } }, { arrayFilters });
    expect((await Message.findOne({ key: 'b1' }).lean())?.items.map(({ qty }) => qty)).toEqual([
      undefined,
      99,
    ]);
  });

  it('does several things in one bulk write', async () => {
    const result = await models().Message.bulkWrite([
      { insertOne: { document: { key: 'bw1' } as never } },
      { updateOne: { filter: { key: 'bw1' }, update: { $set: { attempts: 9 } } as never } },
      { deleteOne: { filter: { key: 'bw1' } } },
    ]);
    expect(result).toMatchObject({ insertedCount: 1, modifiedCount: 1, deletedCount: 1 });
  });
});
