import { expect, it } from '@jest/globals';
import { typeText } from './schema-type.js';

it.each([
  [{ type: 'string' }, 'string'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ enum: ['a', 1, null] }, '"a" | 1 | null'],
  [{ const: 'x' }, '"x"'],
  [{ type: 'array', items: { type: 'number' } }, 'number[]'],
  [{ type: 'array', items: { anyOf: [{ type: 'number' }, { type: 'string' }] } }, '(number | string)[]'],
  [
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false },
    '[string, number]',
  ],
  [{ type: 'array', prefixItems: [{ type: 'string' }] }, '[string, ...unknown[]]'],
  [{ type: 'object', additionalProperties: { type: 'number' } }, 'Record<string, number>'],
  [{ oneOf: [{ type: 'object' }, { type: 'object' }] }, 'object'],
  [{ enum: [1, 2, 3, 4, 5, 6, 7, 8, 9] }, '1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | … 1 more'],
  [{ enum: [false, true] }, 'boolean'],
  [{ anyOf: [{ const: true }, { type: 'null' }, { const: false }] }, 'boolean | null'],
  [{ enum: [true, 'a'] }, 'true | "a"'],
  [{}, 'unknown'],
  [true, 'unknown'],
  [false, 'never'],
])('typeText of %j is %s', (schema, text) => {
  expect(typeText(schema, {})).toBe(text);
});
