import { describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { fifty, useMongo } from './mongo.fixture.js';

const mongo = useMongo();
const models = () => mongo().models;

describe('the server', () => {
  it('answers ping, hello and buildInfo', async () => {
    const admin = mongo().connection.db?.admin();
    expect(await admin?.ping()).toMatchObject({ ok: 1 });
    const hello = await admin?.command({ hello: 1 });
    expect(hello?.setName).toEqual(expect.any(String));
    expect(Number(hello?.maxWireVersion)).toBeGreaterThanOrEqual(8);
    expect(await admin?.buildInfo()).toMatchObject({ version: expect.any(String) });
  });

  it('lists collections', async () => {
    await models().Author.create({ name: 'Ann' });
    await models().Message.createCollection();
    const collections = await mongo().connection.db?.listCollections().toArray();
    expect(collections?.map(({ name }) => name).sort()).toEqual(['authors', 'messages']);
  });
});

describe('documents', () => {
  it('are made with timestamps, unless they are invalid', async () => {
    const { Author, Message } = models();
    const author = await Author.create({ name: 'Ann' });
    expect(author.get('createdAt')).toBeInstanceOf(Date);
    // @ts-expect-error a status that the schema does not have
    await expect(Message.create({ status: 'bogus' })).rejects.toMatchObject({
      name: 'ValidationError',
      errors: { key: expect.anything(), status: expect.anything() },
    });
  });

  it('come back with values of every type', async () => {
    const { Message } = models();
    const author = new mongoose.Types.ObjectId();
    const { _id } = await Message.create({
      key: 'k1',
      payload: { a: { b: [1, { c: 2 }] } },
      tags: ['x', 'y'],
      blob: Buffer.from('hi'),
      big: '1.25' as never,
      uuid: new mongoose.Types.UUID('8b3e1d4a-1c1e-4b7a-9c50-8d3d7d1f0a11'),
      m: new Map([['z', 1]]),
      items: [{ sku: 's1', qty: 2 }],
      author,
      long: 9_007_199_254_740_993n,
    });
    const found = await Message.findById(_id).orFail();
    expect(found.blob?.toString()).toBe('hi');
    expect(found.big?.toString()).toBe('1.25');
    expect(found.m?.get('z')).toBe(1);
    expect(found.long).toBe(9_007_199_254_740_993n);
    expect(found.uuid?.toString()).toBe('8b3e1d4a-1c1e-4b7a-9c50-8d3d7d1f0a11');
    expect(found.get('createdAt')).toBeInstanceOf(Date);
    expect(found.get('label')).toBe('Lk1');
    expect(found.payload).toEqual({ a: { b: [1, { c: 2 }] } });
    expect(found.author?.equals(author)).toBe(true);
  });

  it('are deleted one by one and many at once', async () => {
    const { Message } = models();
    await Message.insertMany(fifty());
    const one = await Message.findOne({ key: 'b15' }).orFail();
    await one.deleteOne();
    expect(await Message.deleteOne({ key: 'b17' })).toMatchObject({ deletedCount: 1 });
    expect(await Message.deleteMany({ key: { $in: ['b19', 'b21'] } })).toMatchObject({ deletedCount: 2 });
    expect(await Message.countDocuments()).toBe(46);
  });

  it('are refused when another save came between', async () => {
    const { Message } = models();
    await Message.create({ key: 'k1' });
    const [first, second] = [await Message.findOne().orFail(), await Message.findOne().orFail()];
    first.tags.push('new');
    await first.save();
    second.tags = ['other'];
    await expect(second.save()).rejects.toMatchObject({ name: 'VersionError' });
  });

  it('keep their nested fields when one is unset or made', async () => {
    const nested = mongo().connection.collection<{ _id: number }>('nested');
    await nested.insertOne({ _id: 1, a: { b: 1, c: 2 } } as never);
    await nested.updateOne({ _id: 1 }, { $unset: { 'a.b': '' }, $inc: { 'a.d.e': 3 } } as never);
    expect(await nested.findOne({ _id: 1 })).toEqual({ _id: 1, a: { c: 2, d: { e: 3 } } });
  });

  it('are made and found 200 times in a row', async () => {
    const { Author } = models();
    for (let i = 0; i < 200; i++) {
      await Author.create({ name: `p${i}` });
      expect(await Author.findOne({ name: `p${i}` }).lean()).toMatchObject({ name: `p${i}` });
    }
  });
});
