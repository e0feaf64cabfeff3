import { describe, expect, it } from '@jest/globals';
import { BSONRegExp, Decimal128 } from 'bson';
import type { Document } from '../bson/document.js';
import { CommandError } from '../errors.js';
import { runPipeline } from './pipeline.js';
import { projector } from './projection.js';
import { firstOf, sorter } from './sort.js';

const others: Readonly<Record<string, readonly Document[]>> = {
  authors: [
    { _id: 1, name: 'Ann' },
    { _id: 2, name: 'Bea' },
  ],
};
const run = (documents: readonly Document[], ...pipeline: unknown[]) =>
  runPipeline(documents, pipeline, { collection: (name) => others[name] ?? [], variables: { limit: 2 } });
const refusal = (stage: unknown, documents: readonly Document[] = [{ _id: 1 }]): string => {
  try {
    run(documents, { $skip: 0 }, stage);
  } catch (error) {
    if (error instanceof CommandError) return error.codeName;
    throw error;
  }
  return 'none';
};

describe('a pipeline', () => {
  it('unwinds a field that is an empty text', () => {
    expect(run([{ s: '' }, { s: null }, { s: [] }, {}], { $unwind: '$s' })).toEqual([{ s: '' }]);
    const kept = { path: '$s', preserveNullAndEmptyArrays: true, includeArrayIndex: 'at' };
    expect(run([{ s: [7, 8] }, { s: [] }], { $unwind: kept })).toEqual([
      { s: 7, at: 0 },
      { s: 8, at: 1 },
      { at: null },
    ]);
  });

  it('compares, adds and averages numbers of all types', () => {
    const documents = [{ n: Decimal128.fromString('9') }, { n: 10n }, { n: 1 }];
    expect(run(documents, { $group: { _id: null, max: { $max: '$n' }, sum: { $sum: '$n' } } })).toMatchObject(
      [{ _id: null, max: 10, sum: Decimal128.fromString('20') }],
    );
    expect(run([{ n: 1 }, { n: 2n }], { $group: { _id: null, n: { $avg: '$n' } } })).toEqual([
      { _id: null, n: 1.5 },
    ]);
  });

  it('refuses what it would compute wrongly', () => {
    const decimals = [{ n: Decimal128.fromString('1') }];
    expect(refusal({ $project: { m: { $multiply: ['$n', 2] } } }, decimals)).toBe('NotImplemented');
    expect(refusal({ $group: { _id: null, n: { $avg: '$n' } } }, decimals)).toBe('NotImplemented');
  });

  it.each<[string, unknown]>([
    ['Location40324', { $foo: 1 }],
    ['Location40324', { default: 1 }],
    ['Location40324', { $facet: { a: [{ $foo: 1 }] } }],
    ['Location40323', { $match: {}, $sort: {} }],
    ['Location40323', {}],
    ['TypeMismatch', 1],
    ['NotImplemented', { $out: 'x' }],
    ['NotImplemented', { $merge: 'x' }],
    ['InvalidPipelineOperator', { $project: { a: { $foo: 1 } } }],
    ['BadValue', { $limit: 0 }],
    ['BadValue', { $match: { a: { $foo: 1 } } }],
  ])('is refused with %s: %j', (codeName, stage) => {
    expect(refusal(stage)).toBe(codeName);
  });

  it('looks up by arrays too, and finds nothing for what is not there', () => {
    const lookup = { from: 'authors', localField: 'by', foreignField: '_id', as: 'writers' };
    expect(run([{ by: [2, 1] }, { by: 9 }], { $lookup: lookup })).toEqual([
      { by: [2, 1], writers: [others.authors?.[1], others.authors?.[0]] },
      { by: 9, writers: [] },
    ]);
  });

  it('knows variables, and regular expressions', () => {
    expect(run([{ n: 1 }, { n: 3 }], { $match: { $expr: { $gt: ['$n', '$$limit'] } } })).toEqual([{ n: 3 }]);
    const spec = { $project: { x: { $regexMatch: { input: '$s', regex: new BSONRegExp('^A', 'i') } } } };
    expect(run([{ s: 'abc' }], spec)).toEqual([{ x: true }]);
  });

  it('leaves the documents as they are', () => {
    const document = { _id: 1, list: [{ a: 1 }], n: 5n };
    const copy = structuredClone(document);
    run([document], { $skip: 0 }, { $addFields: { 'list.b': 2 } }, { $unwind: '$list' }, { $unset: 'n' });
    expect(document).toEqual(copy);
  });
});

describe('a sort', () => {
  it('finds the first of many, equal ones in their order', () => {
    const documents = Array.from({ length: 5_000 }, (_, i) => ({ _id: i, n: Math.floor(i / 7) }));
    const sort = sorter({ n: 1 });
    expect(firstOf(documents, sort, 60)).toEqual(documents.slice(0, 60));
    expect(firstOf(documents.toReversed(), sort, 7)).toEqual(documents.slice(0, 7).reverse());
  });

  it('compares the greatest element of an array when it descends, the least when it ascends', () => {
    const documents = [{ t: [3, 9] }, { t: [1, 100] }, { t: 5 }, { t: [] }, {}];
    expect(sorter({ t: -1 })(documents)).toEqual([{ t: [1, 100] }, { t: [3, 9] }, { t: 5 }, {}, { t: [] }]);
    expect(sorter({ t: 1 })(documents)).toEqual([{ t: [] }, {}, { t: [1, 100] }, { t: [3, 9] }, { t: 5 }]);
    expect(() => sorter({ t: 2 })).toThrow(CommandError);
  });
});

describe('a projection', () => {
  const document = { _id: 1, a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }, 3], d: 4 };

  it.each<[Document, unknown]>([
    [{}, document],
    [{ a: 1 }, { _id: 1, a: { b: 1, c: 2 } }],
    [{ 'a.b': true, _id: 0 }, { a: { b: 1 } }],
    [{ 'list.x': 1, _id: 0 }, { list: [{ x: 1 }] }],
    [
      { 'list.x': 0, a: 0 },
      { _id: 1, list: [{ y: 2 }, 3], d: 4 },
    ],
    [{ _id: 1 }, { _id: 1 }],
    [{ _id: 0 }, { a: document.a, list: document.list, d: 4 }],
    [
      { list: { $slice: 1 }, _id: 1 },
      { _id: 1, list: [{ x: 1, y: 2 }] },
    ],
    [{ list: { $elemMatch: { x: 1 } } }, { _id: 1, list: [{ x: 1, y: 2 }] }],
    [{ sum: { $add: ['$d', 1] }, _id: 0 }, { sum: 5 }],
  ])('by %j', (spec, projected) => {
    expect(projector(spec)([document])).toEqual([projected]);
  });

  it.each([[{ a: 1, d: 0 }], [{ a: 1, 'a.b': 1 }], [{ 'list.$': 1 }]])('is refused: %j', (spec) => {
    expect(() => projector(spec)).toThrow(CommandError);
  });
});
