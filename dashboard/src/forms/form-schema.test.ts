import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { formSchema, hasFields, NULLABLE } from './form-schema.js';
import { isObject, type JsonObject } from './json-object.js';

const text = { type: 'string' };

describe('hasFields', () => {
  it.each<[JsonObject, boolean]>([
    [{ type: 'object', properties: {} }, true],
    [{ oneOf: [{ properties: { a: text } }, { properties: { b: text } }] }, true],
    [{ anyOf: [{ properties: { a: text } }, text] }, true],
    [{ allOf: [{ type: 'object', properties: {} }] }, true],
    [{ allOf: [{ type: 'object' }] }, false],
    [text, true],
    [{ type: 'object', additionalProperties: text }, true],
    [{ type: 'object', additionalProperties: {} }, false],
    [{ type: 'array', items: text }, true],
    [{ type: 'array', items: {} }, false],
    [{ type: 'array', prefixItems: [text] }, false],
    [{ type: 'object', properties: { a: {} } }, false],
    [{ type: 'object', properties: { a: { type: 'null' } } }, false],
    [{ type: 'object', properties: { a: { not: {} } } }, false],
    [{ type: 'object', properties: { a: { $ref: 'https://example.com/order' } } }, false],
    [{ type: 'object', properties: { a: { $ref: '#' } } }, true],
    [{ type: 'object', properties: { a: { $ref: '#/$defs/b' } }, $defs: { b: text } }, true],
    [{}, false],
  ])('of %j is %s', (schema, expected) => {
    expect(hasFields(schema)).toBe(expected);
  });

  it.each<[string, z.ZodType, boolean]>([
    ['a nullable object', z.object({ to: z.object({ city: z.string() }).nullable() }), true],
    ['a nullable text', z.object({ note: z.string().nullish() }), true],
    ['a nullable payload', z.object({ a: z.string() }).nullable(), false],
    ['a tuple', z.object({ at: z.tuple([z.number(), z.number()]) }), false],
    ['unknown', z.object({ any: z.unknown() }), false],
    ['any JSON', z.json(), false],
  ])('of %s is as zod writes it', (_, schema, expected) => {
    expect(hasFields(formSchema(z.toJSONSchema(schema, { io: 'input' })))).toBe(expected);
  });
});

describe('formSchema', () => {
  const property = (schema: z.ZodType): unknown => {
    const { properties } = formSchema(z.toJSONSchema(z.object({ a: schema }), { io: 'input' }));
    return isObject(properties) ? properties.a : undefined;
  };

  it.each<[string, z.ZodType, unknown]>([
    ['text', z.string().nullable(), { type: 'string', [NULLABLE]: true }],
    [
      'a list',
      z.array(z.string()).nullable(),
      { type: 'array', items: { type: 'string' }, [NULLABLE]: true },
    ],
    [
      'a union',
      z.union([z.array(z.string()), z.array(z.number()), z.null()]),
      {
        anyOf: [
          { type: 'array', items: { type: 'string' } },
          { type: 'array', items: { type: 'number' } },
        ],
        [NULLABLE]: true,
      },
    ],
  ])('marks %s that may be null', (_, schema, expected) => {
    expect(property(schema)).toEqual(expected);
  });

  it('has the constants that are required as defaults', () => {
    expect(property(z.literal('x'))).toEqual({ type: 'string', const: 'x', default: 'x' });
  });

  it('has no constants of optional fields as defaults', () => {
    expect(property(z.literal('x').optional())).toEqual({ type: 'string', const: 'x' });
  });
});
