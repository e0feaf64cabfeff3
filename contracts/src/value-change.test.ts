import { describe, expect, it } from '@jest/globals';
import { valueChange } from './value-change.js';

describe('valueChange', () => {
  it.each([
    ['a text', 'a', 'a'],
    ['null', null, null],
    ['an equal object', { a: [1, { b: null }] }, { a: [1, { b: null }] }],
    ['fields in another order', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['a field that the schema drops', { a: 1, b: 2 }, { a: 1 }],
    ['a field that the schema leaves undefined', {}, { a: undefined }],
    ['an inherited name that the schema leaves undefined', {}, { toString: undefined }],
    ['an object without a prototype', { a: 1 }, Object.assign(Object.create(null), { a: 1 })],
    ['0 for -0', -0, 0],
  ])('finds none in %s', (_, given, result) => {
    expect(valueChange(given, result)).toBeUndefined();
  });

  it.each([
    ['another text', ' a ', 'a', []],
    ['another type', 1, '1', []],
    ['null for an object', {}, null, []],
    ['NaN', 1, NaN, []],
    ['an object for null', null, {}, []],
    ['a changed field', { a: { b: [1, 2] } }, { a: { b: [1, 3] } }, ['a', 'b', '1']],
    ['an added field', { a: {} }, { a: { b: 0 } }, ['a', 'b']],
    ['an array for an object', {}, [], []],
    ['an object for an array', { list: [1] }, { list: { 0: 1 } }, ['list']],
    ['a shorter array', { list: [1, 2] }, { list: [1] }, ['list']],
    ['a longer array', { list: [1] }, { list: [1, 2] }, ['list']],
    ['a date', { at: '2026-01-01' }, { at: new Date(0) }, ['at']],
    ['a map', { of: {} }, { of: new Map() }, ['of']],
    ['an inherited name', {}, { toString: 'x' }, ['toString']],
  ])('finds %s', (_, given, result, path) => {
    expect(valueChange(given, result)).toEqual(path);
  });

  it('finds the first of many', () => {
    expect(valueChange({ a: 1, b: 1 }, { a: 2, b: 2 })).toEqual(['a']);
  });
});
