import { describe, expect, it } from '@jest/globals';
import { Decimal128, MaxKey, MinKey, ObjectId } from 'bson';
import fc from 'fast-check';
import { compare, equal } from './compare.js';
import { keyOf } from './key.js';
import { anyValue } from './values.fixture.js';

describe('compare', () => {
  it('orders the types as BSON does', () => {
    const ordered = [
      ...[new MinKey(), null, -1, 2n, 2.5, Decimal128.fromString('10'), 'a', {}, { a: 1 }, []],
      ...[new ObjectId(), false, true, new Date(), new MaxKey()],
    ];
    const shuffled = [...ordered].reverse();
    expect(shuffled.sort(compare)).toEqual(ordered);
  });

  it.each([
    [Decimal128.fromString('9'), Decimal128.fromString('10')],
    [Decimal128.fromString('9'), 10],
    [9n, Decimal128.fromString('9.5')],
    [NaN, -Infinity],
    [2 ** 53, 2n ** 53n + 1n],
    [Decimal128.fromString('9.99'), 9.99],
    [0.1 + 0.2, Decimal128.fromString('0.30000000000000005')],
    [Decimal128.fromString('4.9E-324'), 5e-324],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ a: 1, c: 1 }, { b: 1 }],
    [[1, 2], [2]],
    ['\uffff', '\u{10000}'],
  ])('has %p before %p', (less, more) => {
    expect(compare(less, more)).toBe(-1);
    expect(compare(more, less)).toBe(1);
  });

  it('is an order: what equals has the same key, and the rest is antisymmetric and transitive', () => {
    fc.assert(
      fc.property(anyValue, anyValue, anyValue, (a, b, c) => {
        expect(compare(a, b)).toBe(-compare(b, a) + 0);
        expect(equal(a, b)).toBe(keyOf(a) === keyOf(b));
        // Wrapped, because JavaScript sorts undefined by itself.
        const sorted = [{ v: a }, { v: b }, { v: c }].sort((x, y) => compare(x.v, y.v));
        const [first, second, third] = sorted.map(({ v }) => v);
        expect(compare(first, second)).toBeLessThanOrEqual(0);
        expect(compare(second, third)).toBeLessThanOrEqual(0);
        expect(compare(first, third)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('orders text by the bytes of UTF-8', () => {
    const text = fc.string({ unit: 'binary', maxLength: 4 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(compare(a, b)).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});
