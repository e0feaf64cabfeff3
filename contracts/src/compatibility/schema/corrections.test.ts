import { describe, expect, it } from '@jest/globals';
import { type } from 'arktype';
import * as v from 'valibot';
import * as z from 'zod';
import type { PayloadSchema } from '../../payload-schema.js';
import type { Json } from '../json.js';
import { shapeOf } from '../shape/parse.js';
import { validityOf } from '../shape/validity.js';
import { undecidableIn } from '../undecidable.js';
import { jsonSchemaOf } from './payload-schema.js';

const text = z.string();
const open = z.looseObject({ a: text });
const strict = z.strictObject({ a: z.strictObject({ b: text }) });

describe('neither yes nor no is said where the converters are wrong', () => {
  it.each<[string, PayloadSchema, Json]>([
    [
      'strict values of a field that both sides have',
      strict.and(z.looseObject({ a: open })),
      { a: { b: 'x', a: 'x' } },
    ],
    [
      'strict values of a field that one side knows only as another field',
      strict.and(z.object({}).catchall(open)),
      { a: { b: 'x', a: 'x' } },
    ],
    ['a record of named keys', open.and(z.record(z.enum(['b']), text)), { a: 'x', b: 'x' }],
    ['a record of keys with a form', open.and(z.record(text.regex(/^b/), text)), { a: 'x', b: 'x' }],
    [
      'a described strict object',
      z.strictObject({ b: text }).meta({ title: 't' }).and(open),
      { a: 'x', b: 'x' },
    ],
    [
      'a described intersection',
      open
        .and(z.looseObject({}))
        .meta({ title: 't' })
        .and(z.strictObject({ b: text })),
      { a: 'x', b: 'x' },
    ],
    [
      'a refined strict object',
      z
        .strictObject({ b: text })
        .refine(() => true)
        .and(open),
      { a: 'x', b: 'x' },
    ],
    ['a union of strict objects', z.union([z.strictObject({ b: text }), text]).and(open), { a: 'x', b: 'x' }],
    [
      'a refined intersection',
      open
        .and(z.looseObject({ b: text }))
        .refine(() => false)
        .and(open),
      { a: 'x', b: 'x' },
    ],
    ['a loose record', z.looseRecord(z.string().max(1), text), { long: 1 }],
    ['a caught value', z.looseObject({ a: text.catch((context) => context.value as never) }), { a: 1 }],
    [
      'a missing value that is preprocessed',
      z.looseObject({ a: z.preprocess(() => undefined, z.any()) }),
      {},
    ],
    ['a record of which no value is needed', z.record(z.enum(['a']), z.any()), {}],
    ['a union of which an alternative changes the value', z.union([z.coerce.number(), text]), '1'],
    ['a union of anything, of which an alternative changes the value', z.union([text.trim(), z.any()]), ' '],
    ['multiples of 0', z.number().multipleOf(0), 1],
  ])('of %s', async (_what, schema, payload) => {
    expect(validityOf(shapeOf(await jsonSchemaOf(schema)), payload)).toBe('unknown');
  });

  it.each<[string, PayloadSchema, Json]>([
    ['a default of valibot', v.object({ a: v.optional(v.string(), 'x') }), {}],
    ['a default of arktype', type({ a: 'string = "x"' }), {}],
    ['an infinite default of arktype', type({ n: ['number', '=', Infinity] }), {}],
    ['an infinite default of valibot', v.object({ n: v.optional(v.number(), Infinity) }), {}],
    ['a union of valibot', v.union([v.pipe(v.string(), v.trim()), v.string()]), ' a'],
    ['a union of arktype', type('string.trim | number | null'), ' a'],
    ['a list of valibot that must include an item', v.pipe(v.array(v.string()), v.includes('a')), ['b']],
    ['multiples of several numbers in valibot', v.pipe(v.number(), v.multipleOf(2), v.multipleOf(3)), 3],
    ['a fallback of valibot', v.fallback(v.string(), null as never), null],
    ['a fallback of valibot after a pipe', v.fallback(v.pipe(v.string(), v.minLength(2)), 'x'), 'x'],
    [
      'a fallback of valibot in a lazy schema',
      v.lazy(() => v.fallback(v.pipe(v.string(), v.minLength(2)), 'x')),
      'x',
    ],
    [
      'a tuple of valibot among alternatives',
      v.union([v.tuple([v.string()]), v.array(v.string())]),
      ['x', 'y'],
    ],
    ['an object of arktype', type({ '+': 'delete', 'a?': 'string' }), { b: 'x' }],
  ])('of %s', async (_what, schema, payload) => {
    expect(validityOf(shapeOf(await jsonSchemaOf(schema)), payload)).toBe('unknown');
  });
});

describe('what the converters say is corrected', () => {
  it.each<[string, PayloadSchema, Json]>([
    ['a tuple of valibot with more items, which it would drop', v.tuple([v.string()]), ['x', 'y']],
    [
      'a field of arktype against its index signature',
      type({ 'a?': 'string', '[string]': 'string >= 2' }),
      { a: 'x' },
    ],
  ])('refuses %s', async (_what, schema, payload) => {
    expect(validityOf(shapeOf(await jsonSchemaOf(schema)), payload)).toBe('invalid');
  });

  it('intersections of zod that JSON Schema says completely', async () => {
    const schemas = [
      z.strictObject({ a: text }).and(z.strictObject({ b: text })),
      z.strictObject({ a: text }).and(z.object({ b: text })),
      z.strictObject({ a: z.strictObject({}) }).and(z.object({ b: z.strictObject({}) })),
      open.and(z.record(text, text)),
      z.object({ a: text }).and(z.union([z.object({ b: text }), z.object({ c: text })])),
    ];
    for (const schema of schemas) expect(undecidableIn(await jsonSchemaOf(schema))).toEqual([]);
    const [strict = z.never()] = schemas;
    const shape = shapeOf(await jsonSchemaOf(strict));
    expect(validityOf(shape, { a: 'x', b: 'x' })).toBe('valid');
    expect(validityOf(shape, { a: 'x', b: 'x', c: 'x' })).toBe('invalid');
  });
});
