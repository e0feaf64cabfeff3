import { describe, expect, it } from '@jest/globals';
import type { Document } from '../bson/document.js';
import { CommandError } from '../errors.js';
import { projector } from './projection.js';
import { firstOf, sorter } from './sort.js';

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
  ])('by %j', (spec, projected) => {
    expect(projector(spec)(document)).toEqual(projected);
  });

  it.each([
    [{ a: 1, d: 0 }],
    [{ a: 1, 'a.b': 1 }],
    [{ 'list.$': 1 }],
    [{ list: { $slice: 1 } }],
    [{ list: { $elemMatch: { x: 1 } } }],
  ])('is refused: %j', (spec) => {
    expect(() => projector(spec)).toThrow(CommandError);
  });
});
