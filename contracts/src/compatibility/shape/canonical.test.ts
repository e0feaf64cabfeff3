import { describe, expect, it } from '@jest/globals';
import type { JsonSchema } from '../json.js';
import { canonicalSchemaOf } from './canonical.js';
import { shapeOf } from './parse.js';

const canonical = (schema: JsonSchema): JsonSchema => canonicalSchemaOf(shapeOf(schema));

const text = { type: 'string' };
const node = (self: string) => ({
  type: 'object',
  properties: { next: { anyOf: [{ $ref: self }, { type: 'null' }] } },
});

describe('the canonical form', () => {
  it.each<[string, JsonSchema, JsonSchema]>([
    [
      'descriptions',
      text,
      { ...text, title: 'T', description: 'D', examples: ['a'], $id: 'urn:x', $comment: 'C' },
    ],
    ['keywords that nobody knows', text, { ...text, 'x-owner': 'sales', owner: 'sales' }],
    ['const and enum', { const: 'a' }, { type: 'string', enum: ['a'] }],
    ['boolean and its values', { type: 'boolean' }, { enum: [true, false] }],
    ['null and its value', { type: 'null' }, { const: null }],
    ['the order of an enum', { enum: ['a', 'b', 1] }, { enum: [1, 'b', 'a'] }],
    ['values of another type', { type: 'string', enum: ['a', 1] }, { const: 'a' }],
    ['a list of types and anyOf', { type: ['string', 'number'] }, { anyOf: [{ type: 'number' }, text] }],
    [
      'an enum in anyOf',
      { anyOf: [{ const: 'a' }, { const: 'b' }, { type: 'null' }] },
      { enum: ['a', 'b', null] },
    ],
    [
      'anyOf in anyOf',
      { anyOf: [{ anyOf: [text, { type: 'number' }] }, { type: 'boolean' }] },
      { type: ['string', 'number', 'boolean'] },
    ],
    ['anyOf of one', { anyOf: [text] }, text],
    ['oneOf that a type tells apart', { oneOf: [text, { type: 'number' }] }, { type: ['string', 'number'] }],
    ['integer and integers that are multiples of 1', { type: 'integer' }, { type: 'integer', multipleOf: 1 }],
    ['multiples of a number and of its negative', { multipleOf: 3 }, { multipleOf: -3 }],
    [
      'exclusive bounds of integers',
      { type: 'integer', exclusiveMinimum: 3, maximum: 9.5 },
      { type: 'integer', minimum: 4, maximum: 9 },
    ],
    [
      'the order of required',
      { type: 'object', properties: { a: text, b: text }, required: ['a', 'b'] },
      { type: 'object', properties: { b: text, a: text }, required: ['b', 'a'] },
    ],
    [
      'anything as additional',
      { type: 'object' },
      { type: 'object', properties: {}, required: [], additionalProperties: {} },
    ],
    ['names that are texts', { type: 'object' }, { type: 'object', propertyNames: text }],
    [
      'names in a list',
      { type: 'object', propertyNames: { enum: ['a'] }, additionalProperties: text },
      { type: 'object', properties: { a: text }, additionalProperties: false },
    ],
    [
      'a field that nothing fits',
      { type: 'object', additionalProperties: false },
      { type: 'object', properties: { a: { not: {} } }, additionalProperties: false },
    ],
    [
      'allOf of objects',
      {
        allOf: [
          { type: 'object', properties: { a: text }, required: ['a'] },
          { type: 'object', properties: { b: text } },
        ],
      },
      { type: 'object', properties: { a: text, b: text }, required: ['a'] },
    ],
    [
      'allOf of patterns',
      { ...text, allOf: [{ pattern: 'b' }, { pattern: 'a' }] },
      { ...text, pattern: 'a', allOf: [{ pattern: 'b' }] },
    ],
    [
      'a closed tuple',
      { type: 'array', prefixItems: [text], items: false, minItems: 1 },
      { type: 'array', prefixItems: [text], items: false, minItems: 1, maxItems: 1 },
    ],
    ['a reference and its target', { $ref: '#/$defs/a', $defs: { a: text } }, text],
    [
      'a reference by a name that is no part of a URI',
      { $ref: '#/$defs/a~1 100 %', $defs: { 'a/ 100 %': text } },
      text,
    ],
    [
      'a root that contains itself and a definition that does',
      node('#'),
      { $ref: '#/$defs/n', $defs: { n: node('#/$defs/n') } },
    ],
    ['nothing', false, { type: 'string', minLength: 2, maxLength: 1 }],
  ])('is the same for %s', (_what, one, other) => {
    expect(canonical(other)).toEqual(canonical(one));
  });

  it.each<[string, JsonSchema, JsonSchema]>([
    ['a bound', text, { ...text, minLength: 1 }],
    [
      'an integer and a multiple of 1, which may be rounded',
      { type: 'integer' },
      { type: 'number', multipleOf: 1 },
    ],
    ['a format', text, { ...text, format: 'uri' }],
    [
      'an optional field',
      { type: 'object', properties: { a: text } },
      { type: 'object', properties: { a: text }, required: ['a'] },
    ],
    ['additional fields', { type: 'object' }, { type: 'object', additionalProperties: false }],
    ['the order of a tuple', { prefixItems: [text, {}] }, { prefixItems: [{}, text] }],
    ['what is inside of a tree', node('#'), { ...node('#'), required: ['next'] }],
    ['a keyword that is not compared', text, { ...text, not: { const: 'a' } }],
  ])('differs by %s', (_what, one, other) => {
    expect(canonical(other)).not.toEqual(canonical(one));
  });

  it('is a JSON Schema with sorted names', () => {
    const schema = {
      properties: { b: text, a: { const: 1, title: 'one' } },
      required: ['b', 'a'],
      type: 'object',
    };
    expect(canonical(schema)).toEqual({
      type: 'object',
      properties: { a: { enum: [1] }, b: { type: 'string' } },
      required: ['a', 'b'],
    });
  });
});
