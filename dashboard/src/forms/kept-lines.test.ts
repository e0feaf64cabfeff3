import { expect, it } from '@jest/globals';
import { keepsLines } from './kept-lines.js';

it.each([
  ['a\nb', true],
  [{ a: ['b\n', 1, null] }, true],
  ['a\r\nb', false],
  [{ a: [{ b: 'c\r' }] }, false],
  [{ 'a\nb': 1 }, false],
])('that the fields of a form keep the line breaks of %j is %s', (value, expected) => {
  expect(keepsLines(value)).toBe(expected);
});
