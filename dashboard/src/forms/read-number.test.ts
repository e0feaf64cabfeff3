import { expect, it } from '@jest/globals';
import { readNumber } from './read-number.js';

it.each([
  ['', undefined],
  ['0', 0],
  ['-0.50', -0.5],
  [' 1e3 ', 1000],
])('%j is %p', (text, value) => {
  expect(readNumber(text)).toEqual({ kind: 'value', value });
});

it.each(['-', '1.', '1,5', '0x10', '007', 'Infinity', '"1"'])('%j is no number', (text) => {
  expect(readNumber(text)).toMatchObject({ reason: expect.stringContaining('Write a number') });
});

it.each(['12345678901234567890', '1e999', '0.1234567890123456789'])('%j cannot be kept', (text) => {
  expect(readNumber(text)).toMatchObject({ reason: expect.stringContaining('cannot be kept') });
});
