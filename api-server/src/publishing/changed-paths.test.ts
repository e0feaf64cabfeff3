import { describe, expect, it } from '@jest/globals';
import type { Stored } from '../repository/repository.js';
import { changedPaths } from './changed-paths.js';

const stored = (fields: object, revision = 1): Stored => ({
  id: 'a',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: `2026-01-01T00:00:0${revision}.000Z`,
  revision,
  ...fields,
});

describe('the changed paths', () => {
  it.each<[string, object, object, string[]]>([
    ['nothing', { a: 1, b: { c: [1] } }, { a: 1, b: { c: [1] } }, []],
    ['fields, sorted', { b: 1, a: 1, c: 1 }, { c: 1, b: 2, a: 2 }, ['a', 'b']],
    ['fields that come and go', { a: 1 }, { b: 1 }, ['a', 'b']],
    [
      'what is within objects',
      { a: { b: { c: 1 }, d: 1 } },
      { a: { b: { c: 2 }, e: 1 } },
      ['a.b.c', 'a.d', 'a.e'],
    ],
    ['an array as one value', { a: [1, 2] }, { a: [2, 1] }, ['a']],
    ['an object that becomes something else', { a: { b: 1 } }, { a: [1] }, ['a']],
  ])('are %s', (_, before, after, changed) => {
    expect(changedPaths(stored(before), stored(after, 2))).toEqual(changed);
  });
});
