import { expect, it } from '@jest/globals';
import { hasFields } from './form-schema.js';

it.each([
  [{ type: 'object', properties: {} }, true],
  [{ oneOf: [{ properties: { a: {} } }, { properties: { b: {} } }] }, true],
  [{ anyOf: [{ properties: { a: {} } }, { type: 'string' }] }, false],
  [{ allOf: [{ type: 'object', properties: {} }] }, true],
  [{ allOf: [{ type: 'object' }] }, false],
  [{ type: 'string' }, true],
  [{ type: 'object', additionalProperties: {} }, false],
  [{}, false],
])('%j has fields: %s', (schema, expected) => {
  expect(hasFields(schema)).toBe(expected);
});
