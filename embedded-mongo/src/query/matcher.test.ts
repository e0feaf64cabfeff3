import { describe, expect, it } from '@jest/globals';
import { BSONRegExp, Decimal128, Double, MinKey, ObjectId } from 'bson';
import { decode, encode, type Document } from '../bson/document.js';
import { codeNameOf } from '../errors.fixture.js';
import { compileFilter } from './matcher.js';

const decimal = (text: string) => Decimal128.fromString(text);

describe('a filter', () => {
  it.each<[Document, Document]>([
    [{ o: { $type: 'objectId' } }, { o: new ObjectId() }],
    [{ n: { $type: 'double' } }, { n: 1.5 }],
    [{ n: { $type: ['long', 'string'] } }, { n: 1n }],
    [{ n: { $lt: decimal('10') } }, { n: decimal('9') }],
    [{ n: { $gt: 9 } }, { n: decimal('9.5') }],
    [{ n: 1 }, { n: 1n }],
    [{ n: { $in: [2, decimal('1.0')] } }, { n: 1 }],
    [{ a: null }, {}],
    [{ 'a.b': null }, { a: [{}] }],
    [{ a: { $ne: 1 } }, { a: [2, 3] }],
    [{ 'a.0': 1 }, { a: [1, 2] }],
    [{ 'a.b': 2 }, { a: [{ b: 1 }, { b: 2 }] }],
    [{ a: [1, 2] }, { a: [1, 2] }],
    [{ a: { $all: ['x', 'y'] } }, { a: ['y', 'x', 'z'] }],
    [{ a: { $all: [{ $elemMatch: { b: 1 } }] } }, { a: [{ b: 1 }] }],
    [{ a: { $elemMatch: { $gt: 1, $lt: 3 } } }, { a: [1, 2, 3] }],
    [{ a: { $regex: '^x', $options: 'i' } }, { a: 'XY' }],
    [{ a: { $in: [new BSONRegExp('^x')] } }, { a: ['y', 'xy'] }],
    [{ a: { $gte: new MinKey() } }, { a: 'anything' }],
    [{ $nor: [{ a: 1 }, { b: 1 }] }, { a: 2 }],
    [{ a: { $regex: '^b$', $options: 'm' } }, { a: 'a\nb\nc' }],
    [{ a: { $regex: 'a.c', $options: 's' } }, { a: 'a\nc' }],
    [{ a: new BSONRegExp('ärger', 'iu') }, { a: 'ÄRGER' }],
  ])('%j matches %j', (filter, document) => {
    expect(compileFilter(filter)(document)).toBe(true);
  });

  it.each<[Document, Document]>([
    [{ n: { $type: 'double' } }, { n: 1 }],
    [{ n: { $lt: decimal('9') } }, { n: decimal('10') }],
    [{ n: { $gt: 1 } }, { n: '2' }],
    [{ n: { $lt: 1 } }, { n: NaN }],
    [{ a: { $ne: 2 } }, { a: [2, 3] }],
    [{ 'a.b': null }, { a: [1] }],
    [{ a: { $exists: false } }, { a: null }],
    [{ a: { $elemMatch: { b: 1, c: 1 } } }, { a: [{ b: 1 }, { c: 1 }] }],
    [{ a: { $all: [] } }, { a: [] }],
    [{ a: { $not: { $gt: 1 } } }, { a: 2 }],
    [{ constructor: { $exists: true } }, {}],
  ])('%j does not match %j', (filter, document) => {
    expect(compileFilter(filter)(document)).toBe(false);
  });

  it.each<[string, Document]>([
    ['BadValue', { a: { $foo: 1 } }],
    ['BadValue', { $foo: 1 }],
    ['BadValue', { a: { $gt: 1, b: 2 } }],
    ['BadValue', { $or: [] }],
    ['BadValue', { a: { $in: 1 } }],
    ['Location51091', { a: { $regex: '(' } }],
    ['Location51091', { a: { $regex: '(?=x)y' } }],
    ['BadValue', { a: { $regex: 'x', $options: 'x' } }],
    ['BadValue', { a: { $size: 'x' } }],
    ['BadValue', { a: { $type: 'foo' } }],
    ['BadValue', { a: { $mod: [4, 1] } }],
    ['BadValue', { $where: 'true' }],
    ['BadValue', { '__proto__.x': 1 }],
    ['BadValue', { $text: { $search: 'x' } }],
    ['BadValue', { $jsonSchema: {} }],
    ['BadValue', { $expr: { $gt: ['$spent', '$budget'] } }],
  ])('is refused with %s: %j', (codeName, filter) => {
    expect(codeNameOf(() => compileFilter(filter))).toBe(codeName);
  });

  it('with a regular expression takes a time that grows only with the text', () => {
    const matches = compileFilter({ a: { $regex: '^(a+)+$' } });
    expect(matches({ a: 'a'.repeat(50_000) })).toBe(true);
    expect(matches({ a: `${'a'.repeat(50_000)}b` })).toBe(false);
  });
});

describe('documents', () => {
  it('keep longs as longs', () => {
    const document = { _id: 1, long: 5n, double: 1.5, regex: new BSONRegExp('a', 'ims') };
    expect(decode(encode(document))).toEqual(document);
    // The one width that is lost.
    expect(decode(encode({ n: new Double(1) }))).toEqual({ n: 1 });
  });
});
