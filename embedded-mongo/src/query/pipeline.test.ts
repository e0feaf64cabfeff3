import { describe, expect, it } from '@jest/globals';
import { Decimal128 } from 'bson';
import type { Document } from '../bson/document.js';
import { codeNameOf } from '../errors.fixture.js';
import { runPipeline } from './pipeline.js';

const others: Readonly<Record<string, readonly Document[]>> = {
  authors: [{ _id: 1, name: 'Ann' }, { _id: 2, name: 'Bea' }, { _id: 3, also: [1, 7] }, { _id: null }],
};
const run = (documents: readonly Document[], ...pipeline: unknown[]) =>
  runPipeline(documents, pipeline, { collection: (name) => others[name] ?? [] });
const refusal = (stage: unknown, documents: readonly Document[] = [{ _id: 1 }]): string =>
  codeNameOf(() => run(documents, { $skip: 0 }, stage));
const decimal = (text: string) => Decimal128.fromString(text);
const grouped = (values: readonly unknown[], accumulator: object): unknown =>
  run(
    values.map((n) => (n === undefined ? {} : { n })),
    { $group: { _id: null, n: accumulator } },
  )[0]?.n;

describe('$match, $sort, $skip, $limit and $count', () => {
  const documents = [{ n: 3 }, { n: 1 }, { n: 2 }, { n: 4 }];

  it('do what they do in MongoDB', () => {
    const sorted = [{ $match: { n: { $gt: 1 } } }, { $sort: { n: -1 } }];
    expect(run(documents, ...sorted, { $skip: 1 }, { $limit: 1 })).toEqual([{ n: 3 }]);
    expect(run(documents, ...sorted, { $count: 'many' })).toEqual([{ many: 3 }]);
    expect(run([], { $count: 'many' })).toEqual([]);
    expect(run(documents, { $limit: 3 }, { $skip: 2 })).toEqual([{ n: 2 }]);
  });
});

describe('$project', () => {
  const document = { _id: 1, a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }, 3], d: 4 };

  it.each<[Document, Document]>([
    [{ d: 1 }, { _id: 1, d: 4 }],
    [{ 'a.b': 1, _id: 0 }, { a: { b: 1 } }],
    [{ a: { c: 1 }, _id: 0 }, { a: { c: 2 } }],
    [
      { a: { b: false }, list: 0, _id: 0 },
      { a: { c: 2 }, d: 4 },
    ],
    [
      { a: 0, list: 0 },
      { _id: 1, d: 4 },
    ],
    [{ x: '$list.x', _id: 0 }, { x: [1] }],
    [
      { d: 1, c: '$a.c', none: '$nothing' },
      { _id: 1, d: 4, c: 2 },
    ],
    [
      { _id: 0, text: 'plain', n: { $literal: 1 } },
      { text: 'plain', n: 1 },
    ],
    [{ _id: 0, made: ['$d', '$nothing'] }, { made: [4, null] }],
  ])('by %j', (spec, projected) => {
    expect(run([document], { $project: spec })).toEqual([projected]);
  });

  it('take the values of a path only from the documents in an array', () => {
    const documents = [{ a: [{ b: 1 }, [{ b: 2 }], 3, { b: [4] }, {}] }];
    expect(run(documents, { $project: { x: '$a.b' } })).toEqual([{ x: [1, [4]] }]);
  });
});

describe('$set and $addFields', () => {
  it.each<[Document, Document, Document]>([
    [{ a: 1 }, { b: '$a', c: 'text' }, { a: 1, b: 1, c: 'text' }],
    [{ a: { b: 1, c: 2 } }, { 'a.b': 5 }, { a: { b: 5, c: 2 } }],
    [{ a: { b: 1 } }, { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
    [{ a: { b: 1 } }, { a: { $literal: { c: 2 } } }, { a: { c: 2 } }],
    [{ list: [{ x: 1 }, 2] }, { 'list.y': 0 }, { list: [{ x: 1, y: 0 }, { y: 0 }] }],
    [{ a: 1, b: 2 }, { a: '$nothing' }, { b: 2 }],
    [{ a: 1 }, { 'a.b': 2 }, { a: { b: 2 } }],
  ])('make of %j by %j', (document, spec, made) => {
    expect(run([document], { $set: spec })).toEqual([made]);
    expect(run([document], { $addFields: spec })).toEqual([made]);
  });
});

describe('$unwind', () => {
  it('makes a document of each element', () => {
    expect(run([{ s: '' }, { s: null }, { s: [] }, {}], { $unwind: '$s' })).toEqual([{ s: '' }]);
    const kept = { path: '$s', preserveNullAndEmptyArrays: true, includeArrayIndex: 'at' };
    expect(run([{ s: [7, 8] }, { s: [] }, { s: 9 }], { $unwind: kept })).toEqual([
      ...[
        { s: 7, at: 0n },
        { s: 8, at: 1n },
      ],
      ...[{ at: null }, { s: 9, at: null }],
    ]);
    expect(run([{ a: { b: [1, 2], c: 3 } }], { $unwind: '$a.b' })).toEqual([
      { a: { b: 1, c: 3 } },
      { a: { b: 2, c: 3 } },
    ]);
    expect(run([{ a: [{ b: [1, 2] }] }], { $unwind: '$a.b' })).toEqual([]);
  });
});

describe('$lookup', () => {
  const lookup = { from: 'authors', localField: 'by', foreignField: '_id', as: 'found' };
  const idsOf = (document: Document, more: object = {}): unknown =>
    run([document], { $lookup: { ...lookup, ...more } }, { $project: { ids: '$found._id' } })[0]?.ids;

  it('finds by equality, by each element of an array, and what is missing by null', () => {
    expect(idsOf({ by: 1n })).toEqual([1]);
    expect(idsOf({ by: [2, 1, 1] })).toEqual([1, 2]);
    expect(idsOf({ by: 9 })).toEqual([]);
    expect(idsOf({})).toEqual([null]);
    expect(idsOf({ by: 7 }, { foreignField: 'also' })).toEqual([3]);
    expect(idsOf({ by: [] }, { foreignField: 'name' })).toEqual([]);
    expect(refusal({ $lookup: { ...lookup, localField: 'a.b' } }, [{ a: [{ b: 1 }] }])).toBe(
      'NotImplemented',
    );
  });
});

describe('$group', () => {
  it('groups by equal values, null and missing together', () => {
    const documents = [{ k: 1 }, { k: 1n }, { k: null }, {}, { k: 'x' }];
    expect(run(documents, { $group: { _id: '$k', n: { $sum: 1 } } })).toEqual([
      { _id: 1, n: 2 },
      { _id: null, n: 2 },
      { _id: 'x', n: 1 },
    ]);
    const byTwo = { $group: { _id: { a: '$a', b: '$b' }, all: { $push: '$$ROOT' } } };
    expect(run([{ a: 1, b: 2 }, { a: 1 }], byTwo)).toEqual([
      { _id: { a: 1, b: 2 }, all: [{ a: 1, b: 2 }] },
      { _id: { a: 1 }, all: [{ a: 1 }] },
    ]);
  });

  it.each<[object, readonly unknown[], unknown]>([
    [{ $sum: '$n' }, [1, 2, 'x', null, undefined], 3],
    [{ $sum: '$n' }, [2 ** 31 - 1, 1], 2n ** 31n],
    [{ $sum: '$n' }, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.5], 5],
    [{ $sum: '$n' }, [1e308, 1e308], Infinity],
    [{ $sum: '$n' }, [9_007_199_254_740_993n, 2.5], 9_007_199_254_740_996],
    [{ $sum: '$n' }, [2.5, 2n ** 62n + 1n, -(2n ** 62n)], 3.5],
    [{ $sum: '$n' }, [decimal('1.10'), 2, decimal('2.20')], decimal('5.30')],
    [{ $sum: '$n' }, [], undefined],
    [{ $avg: '$n' }, [1, 2n, 'x'], 1.5],
    [{ $avg: '$n' }, ['x', undefined], null],
    [{ $min: '$n' }, [3, decimal('2'), null, undefined], decimal('2')],
    [{ $max: '$n' }, [3, 'a', null], 'a'],
    [{ $max: '$n' }, [null, undefined], null],
    [{ $first: '$n' }, [undefined, 1], null],
    [{ $last: '$n' }, [1, 2], 2],
    [{ $push: '$n' }, [1, null, undefined, 1], [1, null, 1]],
    [{ $addToSet: '$n' }, [1, 1n, 2, undefined], [1, 2]],
  ])('accumulates %j of %p', (accumulator, values, expected) => {
    expect(grouped(values, accumulator)).toEqual(expected);
  });

  it.each<[object, readonly unknown[]]>([
    [{ $avg: '$n' }, [decimal('1')]],
    [{ $sum: '$n' }, [decimal('1'), 0.5]],
    [{ $sum: '$n' }, [decimal('1E+33'), decimal('1E-33')]],
  ])('refuses what would not be exact: %j of %p', (accumulator, values) => {
    expect(() => grouped(values, accumulator)).toThrow('not supported by embedded-mongo');
  });
});

describe('a pipeline', () => {
  it.each<[string, unknown]>([
    ...['$foo', 'default', '$facet', '$out', '$merge', '$changeStream', '$replaceRoot', '$bucket'].map(
      (name): [string, unknown] => ['Location40324', { [name]: 1 }],
    ),
    ...['$foo', '$add', '$dateToString', '$cond', '$dateTrunc', '$map', '$toUpper'].map(
      (name): [string, unknown] => ['InvalidPipelineOperator', { $project: { a: { [name]: '$b' } } }],
    ),
    ['Location40323', { $match: {}, $sort: {} }],
    ['Location40323', {}],
    ['TypeMismatch', 1],
    ['TypeMismatch', { $match: 1 }],
    ['BadValue', { $match: { a: { $foo: 1 } } }],
    ['Location15976', { $sort: {} }],
    ['Location15956', { $skip: -1 }],
    ['Location15958', { $limit: 0 }],
    ['Location15958', { $limit: '5' }],
    ['Location40156', { $count: '' }],
    ['Location40158', { $count: '$a' }],
    ['Location40160', { $count: 'a.b' }],
    ['Location51272', { $project: {} }],
    ['Location51270', { $project: { a: {} } }],
    ['Location51270', { $set: { a: { b: {} } } }],
    ['Location31254', { $project: { a: 1, b: 0 } }],
    ['Location31253', { $project: { a: 0, b: 1 } }],
    ['Location31254', { $project: { a: '$x', b: 0 } }],
    ['NotImplemented', { $project: { 'a.b': '$x' } }],
    ['Location17276', { $project: { a: '$$NOW' } }],
    ['Location40324', { $unset: 'a' }],
    ['Location40272', { $set: 1 }],
    ['Location16410', { $set: { $a: 1 } }],
    ['InvalidPipelineOperator', { $set: { a: { $add: [1, 2] } } }],
    ['Location28818', { $unwind: 'a' }],
    ['Location28811', { $unwind: { path: '$a', other: 1 } }],
    ['Location15981', { $unwind: 1 }],
    ['FailedToParse', { $lookup: { from: 'a', pipeline: [], as: 'b' } }],
    ['FailedToParse', { $lookup: { from: 'a', as: 'b' } }],
    ['Location15955', { $group: {} }],
    ['Location15947', { $group: 1 }],
    ['Location15952', { $group: { _id: 1, a: { $stdDevPop: '$a' } } }],
    ['Location40234', { $group: { _id: 1, a: 1 } }],
    ['Location40238', { $group: { _id: 1, a: { $sum: 1, $avg: 1 } } }],
    ['Location40237', { $group: { _id: 1, a: { $sum: ['$a', '$b'] } } }],
    ['Location40235', { $group: { _id: 1, 'a.b': { $sum: 1 } } }],
    ['InvalidPipelineOperator', { $group: { _id: { $year: '$at' } } }],
  ])('is refused with %s: %j', (codeName, stage) => {
    expect(refusal(stage)).toBe(codeName);
    // Before any document is read.
    expect(refusal(stage, [])).toBe(codeName);
  });

  it('leaves the documents as they are', () => {
    const document = { _id: 1, list: [{ a: 1 }], n: 5n };
    const copy = structuredClone(document);
    run(
      [document],
      { $skip: 0 },
      { $addFields: { 'list.b': 2 } },
      { $unwind: '$list' },
      { $project: { n: 0 } },
    );
    expect(document).toEqual(copy);
  });
});
