import { expect, it } from '@jest/globals';
import { lossOf } from './kept-json.js';

it.each([
  '{"a":{"b":1},"b":[{"a":1},{"a":2}]}',
  '"a:1e999, a"',
  '{"1e999":"{\\"a\\":1,\\"a\\":2}"}',
  '[0, -0, 0.0, 1.50, 0.1, 1e2, 1E+2, 100e-2, 5e-324, 1.7976931348623157e308, 9007199254740992]',
])('the value of %s is what is written', (json) => {
  expect(lossOf(json)).toBeUndefined();
});

it.each([
  ['1e999', 'null'],
  ['12345678901234567890', '12345678901234567000'],
  ['[1, -1e-400]', '0'],
  ['{"a":9007199254740993}', '9007199254740992'],
  ['0.12345678901234567891', '0.12345678901234568'],
])('says that a number of %s would be stored as %s', (json, stored) => {
  expect(lossOf(json)).toContain(`stored as ${stored}.`);
});

it.each(['{"a":1,"a":2}', '{"x":[{"a":{"a":1},"a":1}]}', '{"a":1,"\\u0061":1}'])(
  'says that a field of %s is there twice',
  (json) => {
    expect(lossOf(json)).toContain('The field "a" is there twice');
  },
);
