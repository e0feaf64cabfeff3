import { describe, expect, it } from '@jest/globals';
import type { JsonSchema } from '../json.js';
import { bytesOf } from './json-scan.js';
import { payloadScan } from './payload-scan.js';

const accepts = (schema: JsonSchema, text: string): boolean | undefined => {
  const bytes = bytesOf(text);
  return payloadScan(schema)?.(bytes, 0, bytes.length);
};

const strict = (properties: Record<string, JsonSchema>, required = Object.keys(properties)): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const order = strict({ id: { type: 'string' }, count: { type: 'integer', minimum: 1, maximum: 1_000 } });

describe('a scan', () => {
  it.each<[string, JsonSchema, string]>([
    ['an object', order, '{"id":"a","count":3}'],
    ['fields in another order', order, '{"count":3,"id":"a"}'],
    ['text with escapes and other letters', order, '{"id":"\\u00e4ä😀\\n\\ud800","count":3}'],
    ['an object without optional fields', strict({ a: true, b: true }, ['b']), '{"b":[1,{"c":null}]}'],
    ['an empty object', strict({ a: true }, []), '{}'],
    ['more fields', { type: 'object', properties: { a: { type: 'null' } } }, '{"x":[true,false],"a":null}'],
    ['values of other fields', { type: 'object', additionalProperties: { type: 'boolean' } }, '{"x":true}'],
    ['values', { enum: ['x', 1, null] }, '1'],
    ['alternatives', { anyOf: [order, { type: 'null' }] }, 'null'],
    ['a list', { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 }, '[1.5,-2]'],
    ['an empty list', { type: 'array', items: { type: 'number' } }, '[]'],
    ['a length', { type: 'string', minLength: 2, maxLength: 3 }, '"abc"'],
    ['a bound', { type: 'number', minimum: 0, exclusiveMaximum: 4 }, '2.75'],
    ['a negative bound', { type: 'number', minimum: -3 }, '-2.75'],
  ])('accepts %s', (_, schema, text) => {
    expect(accepts(schema, text)).toBe(true);
  });

  it.each<[string, JsonSchema, string]>([
    ['a missing field', order, '{"id":"a"}'],
    ['one field more', order, '{"id":"a","count":3,"x":1}'],
    ['a field twice', order, '{"id":"a","id":"a","count":3}'],
    [
      'a field twice, once in disguise',
      { properties: { a: { type: 'null' } }, type: 'object' },
      '{"a":null,"\\u0061":1}',
    ],
    ['the name __proto__', {}, '{"__proto__":1}'],
    ['a fraction', order, '{"id":"a","count":3.5}'],
    ['a number that is too large', order, '{"id":"a","count":1001}'],
    ['a number with an exponent', {}, '1e999'],
    ['an integer that is not exact', { type: 'integer' }, '9007199254740993'],
    ['a number that may reach its bound', { type: 'number', exclusiveMaximum: 4 }, '3.75'],
    ['a number beyond a large bound', { type: 'number', maximum: 2 ** 53 - 1 }, String(2 ** 60)],
    ['a number at a large bound', { type: 'number', exclusiveMinimum: -(2 ** 53) }, String(-(2 ** 53))],
    ['a number with a zero before it', {}, '01'],
    ['a number without digits', {}, '-'],
    ['a point without digits', {}, '1.'],
    ['a text that is too short', { type: 'string', minLength: 2 }, '"a"'],
    ['a length of other letters', { type: 'string', maxLength: 5 }, '"ä"'],
    ['a text without an end', {}, '"a'],
    ['a line break in a text', {}, '"\n"'],
    ['an unknown escape', {}, '"\\x"'],
    ['half an escape', {}, '"\\u00g0"'],
    ['a list with too few', { type: 'array', items: {}, minItems: 1 }, '[]'],
    ['a list with a comma more', {}, '[1,]'],
    ['an object with a comma more', {}, '{"a":1,}'],
    ['spaces', {}, ' 1'],
    ['two values', {}, '1,1'],
    ['nothing', {}, ''],
  ])('leaves %s to the parser', (_, schema, text) => {
    expect(accepts(schema, text)).toBe(false);
  });

  it('ends where the payload ends, not the next one', () => {
    const bytes = bytesOf('"a,"b"');
    expect(payloadScan({})?.(bytes, 0, 2)).toBe(false);
  });

  it.each<[string, JsonSchema]>([
    ['more than JSON Schema says', { 'x-undecidable': 'a refinement' }],
    ['a pattern', { type: 'string', pattern: '^a' }],
    ['a format', { type: 'string', format: 'email' }],
    ['multiples', { type: 'number', multipleOf: 2 }],
    ['a tuple', { type: 'array', prefixItems: [{ type: 'null' }], items: false, minItems: 1 }],
    ['names of fields', { type: 'object', propertyNames: { maxLength: 3 }, additionalProperties: true }],
    ['a number of fields', { type: 'object', maxProperties: 2 }],
    ['itself', { type: 'array', items: { $ref: '#' } }],
    ['unions within unions', nestedUnions(6)],
    ['many levels', nestedArrays(40)],
  ])('is not there for a schema with %s', (_, schema) => {
    expect(payloadScan(schema)).toBeUndefined();
  });
});

function nestedArrays(levels: number): JsonSchema {
  return levels === 0 ? {} : { type: 'array', items: nestedArrays(levels - 1) };
}

function nestedUnions(levels: number): JsonSchema {
  const inner = levels === 0 ? { type: 'string' } : nestedUnions(levels - 1);
  return { anyOf: [strict({ a: inner, b: {} }), strict({ a: inner, c: {} })] };
}
