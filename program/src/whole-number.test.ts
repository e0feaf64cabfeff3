import { describe, expect, it } from '@jest/globals';
import { portVariable, wholeNumber } from './whole-number.js';

const number = wholeNumber({ least: 2, most: 100, error: 'expected 2 to 100' });

describe('a whole number in a variable', () => {
  it.each([
    ['2', 2],
    ['100', 100],
    ['007', 7],
  ])('is read: %s', (text, value) => {
    expect(number.parse(text)).toBe(value);
  });

  it.each([
    ...['0x10', '0b11', '0o17', '1e1', '+7', '-7', ' 7', '7 ', '7\n', '7.0', '7.5', '7_0', '7n', '٣', '７'],
    ...['', ' ', 'x', 'NaN', 'Infinity', '1', '101', '9007199254740993'],
  ])('is nothing else: %j', (text) => {
    expect(number.safeParse(text).error?.issues.map(({ message }) => message)).toEqual(['expected 2 to 100']);
  });

  it('has no greatest one but the last that is exact', () => {
    const any = wholeNumber({ least: 0, error: 'too much' });
    expect(any.parse('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    expect(any.safeParse('9007199254740992').success).toBe(false);
  });
});

it('a port is 0 to 65535', () => {
  const port = portVariable(3000);
  expect([undefined, '0', '65535'].map((text) => port.parse(text))).toEqual([3000, 0, 65_535]);
  expect(['65536', '0x10cf'].map((text) => port.safeParse(text).success)).toEqual([false, false]);
});
