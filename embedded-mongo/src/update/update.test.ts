import { describe, expect, it } from '@jest/globals';
import { Decimal128 } from 'bson';
import fc from 'fast-check';
import type { Document } from '../bson/document.js';
import { codeNameOf } from '../errors.fixture.js';
import { elementFilters } from './target.js';
import { compileUpdate } from './update.js';

const update = (document: Document, spec: unknown, filter: Document = {}, arrayFilters: Document[] = []) =>
  compileUpdate(spec)(document, { filter, arrayFilters: elementFilters(arrayFilters, spec) }, false);
const codeOf = (...args: Parameters<typeof update>): string => codeNameOf(() => update(...args));

describe('an update', () => {
  it.each<[Document, unknown, Document]>([
    [{ t: ['y', 'y', 'z'] }, { $addToSet: { t: 'x' } }, { t: ['y', 'y', 'z', 'x'] }],
    [{ t: [1] }, { $addToSet: { t: { $each: [1n, 2, 2] } } }, { t: [1, 2] }],
    [{}, { $addToSet: { t: { $each: [] } } }, { t: [] }],
    [{ n: 1 }, { $inc: { n: 2, m: 3 } }, { n: 3, m: 3 }],
    [
      { n: 4, m: 4 },
      { $min: { n: 3 }, $max: { m: 3 } },
      { n: 3, m: 4 },
    ],
    [{ n: Decimal128.fromString('9') }, { $max: { n: 10 } }, { n: 10 }],
    [{ a: { b: 1 } }, { $set: { 'a.c.d': 2 } }, { a: { b: 1, c: { d: 2 } } }],
    [{ a: { 1: 1 } }, { $set: { 'a.2': 2 } }, { a: { 1: 1, 2: 2 } }],
    [{ l: [1] }, { $set: { 'l.2': 3 } }, { l: [1, null, 3] }],
    [{ l: [1, 2], a: 1 }, { $unset: { 'l.0': 1, a: 1, 'x.y': 1 } }, { l: [null, 2] }],
    [{ l: [3, 1] }, { $push: { l: { $each: [2], $slice: -2 } } }, { l: [1, 2] }],
    [{ l: [1] }, { $push: { l: { $each: [0], $position: 0 }, m: 1 } }, { l: [0, 1], m: [1] }],
    [{ l: [{ a: 1 }, { a: 2 }] }, { $pull: { l: { a: { $gt: 1 } } } }, { l: [{ a: 1 }] }],
    [{ l: [1, 2, 1] }, { $pullAll: { l: [1] } }, { l: [2] }],
    [{ _id: 1, a: 1 }, { b: 2 }, { _id: 1, b: 2 }],
    [{ a: 1 }, { $set: { z: 1, b: 1 }, $setOnInsert: { never: 1 } }, { a: 1, b: 1, z: 1 }],
  ])('of %j by %j', (document, spec, made) => {
    expect(update(document, spec)).toEqual(made);
  });

  it('reaches elements of arrays', () => {
    const document = {
      l: [
        { k: 'a', n: 1 },
        { k: 'b', n: 1 },
      ],
    };
    expect(update(document, { $inc: { 'l.$.n': 1 } }, { 'l.k': 'b' })).toEqual({
      l: [
        { k: 'a', n: 1 },
        { k: 'b', n: 2 },
      ],
    });
    expect(update(document, { $set: { 'l.$[].n': 0 } })).toEqual({
      l: [
        { k: 'a', n: 0 },
        { k: 'b', n: 0 },
      ],
    });
    const named = update(document, { $unset: { 'l.$[e].n': 1 } }, {}, [{ 'e.k': 'a' }]);
    expect(named).toEqual({ l: [{ k: 'a' }, { k: 'b', n: 1 }] });
  });

  it('that changes nothing gives the same document', () => {
    const document = { _id: 1, a: { b: 1 }, l: [1] };
    const specs = [
      { $set: { 'a.b': 1 } },
      { $pull: { l: 2 } },
      { $addToSet: { l: 1 } },
      { $unset: { x: 1 } },
      { $min: { 'a.b': 2 } },
      { a: { b: 1 }, l: [1] },
    ];
    for (const spec of specs) expect(update(document, spec)).toBe(document);
  });

  it('changes the type of a number', () => {
    expect(update({ n: 1 }, { $set: { n: 1n } })).toEqual({ n: 1n });
  });

  it.each<[string, Document, unknown]>([
    ['TypeMismatch', { b: 'str' }, { $inc: { b: 1 } }],
    ['TypeMismatch', { b: 1 }, { $inc: { b: 'x' } }],
    ['FailedToParse', {}, { $foo: { a: 1 } }],
    ['FailedToParse', {}, { $set: 1 }],
    ['FailedToParse', {}, { $set: { 'a..b': 1 } }],
    ['PathNotViable', { a: 5 }, { $set: { 'a.b': 1 } }],
    ['PathNotViable', { a: [] }, { $set: { 'a.b': 1 } }],
    ['ConflictingUpdateOperators', {}, { $set: { a: 1, 'a.b': 1 } }],
    ['ConflictingUpdateOperators', {}, { $set: { a: 1 }, $inc: { a: 1 } }],
    ['ImmutableField', { _id: 1 }, { $set: { _id: 2 } }],
    ['ImmutableField', { _id: 1 }, { _id: 2 }],
    ['DollarPrefixedFieldName', { _id: 1 }, { a: 1, $set: { b: 1 } }],
    ['DollarPrefixedFieldName', {}, { $set: { $x: 1 } }],
    ['DollarPrefixedFieldName', {}, { $inc: { 'a.$x': 1 } }],
    ['NotImplemented', { a: { b: 1 } }, { $set: { 'a.1': 1 } }],
    ['NotImplemented', { a: { 2: 1 } }, { $set: { 'a.1': 1 } }],
    ['BadValue', { a: 1 }, { $push: { a: 1 } }],
    ['BadValue', { a: [] }, { $push: { a: { $each: [1], $sort: 1 } } }],
    ['BadValue', { a: [] }, { $push: { a: { $each: 1 } } }],
    ['BadValue', { a: [1] }, { $set: { 'a.$': 1 } }],
    ['BadValue', { a: [1] }, { $set: { 'a.$[x]': 1 } }],
    ['BadValue', {}, { $set: { '__proto__.a': 1 } }],
    ['FailedToParse', {}, { $bit: { n: { and: 3 } } }],
    ['FailedToParse', { n: 1 }, { $rename: { n: 'm' } }],
    ['FailedToParse', { n: 1 }, { $mul: { n: 2 } }],
    ['FailedToParse', { l: [1] }, { $pop: { l: 1 } }],
    ['FailedToParse', {}, { $currentDate: { at: true } }],
    ['NotImplemented', {}, [{ $set: { b: 1 } }]],
  ])('is refused with %s: %j by %j', (codeName, document, spec) => {
    expect(codeOf(document, spec)).toBe(codeName);
  });

  it.each([[[{ q: 1 }]], [[{ 'e.k': 1 }, { 'e.k': 2 }]]])(
    'is refused with array filters that it does not use: %j',
    (filters) => {
      expect(codeOf({ l: [] }, { $set: { 'l.$[e]': 1 } }, {}, filters)).toBe('FailedToParse');
    },
  );

  it('never touches what it was given, and does to flat documents what a plain model does', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const step = fc.oneof(
      fc.record({ kind: fc.constant('$set' as const), name, n: fc.integer() }),
      fc.record({ kind: fc.constant('$inc' as const), name, n: fc.integer({ min: -100, max: 100 }) }),
      fc.record({ kind: fc.constant('$unset' as const), name, n: fc.constant(1) }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const model = new Map<string, number>();
        let document: Document = Object.freeze({});
        for (const { kind, name: field, n } of steps) {
          if (kind === '$set') model.set(field, n);
          else if (kind === '$unset') model.delete(field);
          else model.set(field, (model.get(field) ?? 0) + n);
          document = Object.freeze(update(document, { [kind]: { [field]: n } }));
        }
        expect(
          Object.fromEntries(Object.entries(document).map(([key, value]) => [key, Number(value)])),
        ).toEqual(Object.fromEntries(model));
      }),
    );
  });
});
