import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { formSchema } from './form-schema.js';
import { isObject, type JsonObject } from './json-object.js';
import { AS_JSON, hasFields } from './json-parts.js';

const text = { type: 'string' };

const shown = (schema: z.ZodType): JsonObject => formSchema(z.toJSONSchema(schema, { io: 'input' }));

describe('hasFields', () => {
  it.each<[JsonObject, boolean]>([
    [{ type: 'object', properties: {} }, true],
    [{ oneOf: [{ properties: { a: text } }, { properties: { b: text } }] }, true],
    [{ anyOf: [{ properties: { a: text } }, text] }, true],
    [{ anyOf: [{ properties: { a: text } }, {}] }, false],
    [{ allOf: [{ type: 'object', properties: {} }] }, true],
    [{ allOf: [{ type: 'object' }] }, false],
    [text, true],
    [{ type: 'object', additionalProperties: text }, true],
    [{ type: 'object', additionalProperties: {} }, true],
    [{ type: 'object', additionalProperties: true }, false],
    [{ type: 'array', items: text }, true],
    [{ type: 'array', items: {} }, true],
    [{ type: 'array' }, false],
    [{ type: 'array', items: [text] }, true],
    [{ type: 'object', properties: { a: { not: {} } } }, true],
    [{ type: 'object', properties: { a: text }, not: {} }, false],
    [{ type: 'object', properties: { $ref: text } }, true],
    [{ $ref: 'https://example.com/order' }, false],
    [{ $ref: '#' }, false],
    [{ $ref: '#/$defs/b', $defs: { b: text } }, true],
    [{}, false],
  ])('of %j is %s', (schema, expected) => {
    expect(hasFields(schema)).toBe(expected);
  });

  it.each<[string, z.ZodType, boolean]>([
    ['a nullable payload', z.object({ a: z.string() }).nullable(), false],
    ['a tuple', z.tuple([z.number(), z.number()]), true],
    ['any JSON', z.json(), false],
    ['unknown', z.unknown(), false],
  ])('of %s is as zod writes it', (_, schema, expected) => {
    expect(hasFields(shown(schema))).toBe(expected);
  });
});

describe('withJsonParts', () => {
  const isJson = (schema: z.ZodType): boolean => {
    const { properties } = shown(z.object({ a: schema, b: z.string() }));
    return isObject(properties) && isObject(properties.a) && AS_JSON in properties.a;
  };

  it.each<[string, z.ZodType, boolean]>([
    ['a nullable object', z.object({ city: z.string() }).nullable(), false],
    ['a nullable text', z.string().nullish(), false],
    ['a tuple', z.tuple([z.number(), z.number()]), false],
    ['an object with something unknown', z.object({ any: z.unknown() }), false],
    ['a union of texts and numbers', z.union([z.string(), z.number()]), false],
    ['a list of unknown', z.array(z.unknown()), false],
    ['unknown', z.unknown(), true],
    ['any JSON', z.json(), true],
    ['null', z.null(), true],
    ['a union with unknown', z.union([z.object({ c: z.string() }), z.unknown()]), true],
  ])('has a field of JSON for %s: %#', (_, schema, expected) => {
    expect(isJson(schema)).toBe(expected);
  });

  it('keeps the title and the description of what is written as JSON', () => {
    const { properties } = shown(z.object({ a: z.unknown().meta({ title: 'A', description: 'Any.' }) }));
    expect(properties).toMatchObject({ a: { title: 'A', description: 'Any.', [AS_JSON]: true } });
  });
});
