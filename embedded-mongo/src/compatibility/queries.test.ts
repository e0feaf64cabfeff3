import { beforeEach, describe, expect, it } from '@jest/globals';
import { fifty, useMongo } from './mongo.fixture.js';

const mongo = useMongo();
const models = () => mongo().models;

beforeEach(async () => {
  const { Author, Message } = models();
  const author = await Author.create({ name: 'Ann' });
  await Message.insertMany(fifty(author._id));
});

const special = { key: 'k1', tags: ['x', 'y'], blob: Buffer.from('hi'), items: [{ sku: 's1', qty: 2 }] };

describe('find', () => {
  it('filters, sorts, skips, limits and selects', async () => {
    const found = await models()
      .Message.find({ attempts: { $gte: 10, $lt: 48 }, status: { $in: ['ready'] } })
      .sort({ attempts: -1 })
      .skip(2)
      .limit(5)
      .select('key attempts')
      .lean();
    expect(found.map(({ attempts }) => attempts)).toEqual([43, 41, 39, 37, 35]);
    expect(Object.keys(found[0] ?? {}).sort()).toEqual(['_id', 'attempts', 'key']);
  });

  it.each<[number, object]>([
    [2, { $or: [{ key: /^B1$/i }, { key: 'b2' }] }],
    [1, { items: { $elemMatch: { sku: 's1', qty: { $gt: 1 } } } }],
    [1, { blob: { $exists: true } }],
    [50, { blob: null }],
    [1, { tags: { $size: 2 } }],
    [1, { 'payload.a.b.c': 2 }],
    [17, { tags: 't1', key: { $not: /^k/ } }],
    [51, { visibleAt: { $lte: new Date() } }],
  ])('finds %i by %j', async (count, filter) => {
    await models().Message.create({ ...special, payload: { a: { b: [1, { c: 2 }] } } });
    expect(await models().Message.countDocuments(filter)).toBe(count);
  });

  it('compares ids', async () => {
    const { Message } = models();
    const { _id } = await Message.findOne({ key: 'b9' }).orFail();
    expect(await Message.countDocuments({ _id: { $gt: _id } })).toBe(40);
  });

  it('pages by _id, from last to first too', async () => {
    const { Message } = models();
    const keys: string[] = [];
    let last: unknown;
    for (;;) {
      const filter = last === undefined ? {} : { _id: { $lt: last } };
      const page = await Message.find(filter).sort({ _id: -1 }).limit(7).lean();
      if (page.length === 0) break;
      keys.push(...page.map(({ key }) => key));
      last = page.at(-1)?._id;
    }
    expect(keys).toEqual(
      fifty()
        .map(({ key }) => key)
        .reverse(),
    );
  });

  it('answers a cursor in batches', async () => {
    let seen = 0;
    for await (const _message of models().Message.find().batchSize(20).cursor()) seen++;
    expect(seen).toBe(50);
  });

  it('counts, and lists distinct values', async () => {
    const { Message } = models();
    expect(await Message.countDocuments({})).toBe(50);
    expect(await Message.countDocuments({ status: 'ready' }).skip(5).limit(10)).toBe(10);
    expect(await Message.estimatedDocumentCount()).toBe(50);
    expect(await Message.exists({ key: 'b1' })).not.toBeNull();
    expect(await Message.exists({ key: 'c1' })).toBeNull();
    expect((await Message.distinct('status')).sort()).toEqual(['done', 'ready']);
  });

  it('populates references', async () => {
    const found = await models().Message.findOne({ key: 'b1' }).populate('author').lean();
    expect(found?.author).toMatchObject({ name: 'Ann' });
  });
});

describe('aggregate', () => {
  it('groups, sorts and projects', async () => {
    const groups = await models().Message.aggregate([
      { $match: { key: /^b/ } },
      { $group: { _id: '$status', n: { $sum: 1 }, average: { $avg: '$attempts' } } },
      { $sort: { average: -1 } },
      { $project: { n: 1, average: 1 } },
    ]);
    expect(groups).toEqual([
      { _id: 'ready', n: 25, average: 25 },
      { _id: 'done', n: 25, average: 24 },
    ]);
  });

  it('looks up, unwinds, projects and counts', async () => {
    const [result] = await models().Message.aggregate<object>([
      { $match: { key: 'b1' } },
      { $lookup: { from: 'authors', localField: 'author', foreignField: '_id', as: 'writer' } },
      { $unwind: '$writer' },
      { $project: { _id: 0, name: '$writer.name' } },
    ]);
    expect(result).toEqual({ name: 'Ann' });
    expect(await models().Message.aggregate([{ $skip: 8 }, { $count: 'n' }])).toEqual([{ n: 42 }]);
  });
});
