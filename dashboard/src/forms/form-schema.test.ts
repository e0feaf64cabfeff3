import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { formSchema } from './form-schema.js';
import { isObject } from './json-object.js';
import { AS_JSON } from './json-parts.js';
import { NULLABLE } from './nullable.js';

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

  it.each<[string, z.ZodType, object]>([
    ['no more items', z.tuple([z.number()]), { maxItems: 1, additionalItems: { [AS_JSON]: true } }],
    ['more items', z.tuple([z.number()], z.string()), { additionalItems: { type: 'string' } }],
  ])('has the items of a tuple with %s as rjsf knows them', (_, schema, expected) => {
    expect(property(schema)).toMatchObject({ items: [{ type: 'number' }], ...expected });
  });

  it('has the constants that are required as defaults', () => {
    expect(property(z.literal('x'))).toEqual({ type: 'string', const: 'x', default: 'x' });
  });

  it('has no constants of optional fields as defaults', () => {
    expect(property(z.literal('x').optional())).toEqual({ type: 'string', const: 'x' });
  });
});
