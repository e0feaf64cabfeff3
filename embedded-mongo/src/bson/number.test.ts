import { describe, expect, it } from '@jest/globals';
import { Decimal128 } from 'bson';
import { add } from './number.js';
import { typeOf } from './type.js';

const decimal = (text: string) => Decimal128.fromString(text);

describe('arithmetic', () => {
  it('keeps an int, unless it overflows: then it is a long', () => {
    expect(add(1, 2)).toBe(3);
    expect(add(2 ** 31 - 1, 1)).toBe(2n ** 31n);
  });

  it('makes the wider type of two', () => {
    expect(add(1n, 2)).toBe(3n);
    expect(typeOf(add(0.5, 2n))).toBe('double');
    expect(String(add(decimal('0.1'), decimal('0.2')))).toBe('0.3');
    expect(String(add(decimal('Infinity'), 1))).toBe('Infinity');
  });

  it('refuses a decimal with a double, which MongoDB rounds to 15 digits', () => {
    expect(() => add(decimal('0.1'), 0.1)).toThrow('decimals with doubles');
  });

  it('refuses a long that overflows', () => {
    expect(() => add(2n ** 63n - 1n, 1)).toThrow('does not fit');
  });
});
