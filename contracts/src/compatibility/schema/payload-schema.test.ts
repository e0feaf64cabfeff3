import { describe, expect, it } from '@jest/globals';
import { scope, type } from 'arktype';
import * as v from 'valibot';
import * as z from 'zod';
import * as mini from 'zod/mini';
import type { PayloadSchema } from '../../payload-schema.js';
import { defineQueue } from '../../queue.js';
import { schemasOf } from '../queue-schemas.js';
import { undecidableIn } from '../undecidable.js';
import { jsonSchemaOf } from './payload-schema.js';

interface Tree {
  name: string;
  children: Tree[];
}
const zodTree: z.ZodType<Tree, Tree> = z.strictObject({
  name: z.string(),
  get children() {
    return z.array(zodTree);
  },
});
const miniTree: mini.ZodMiniType<Tree, Tree> = mini.strictObject({
  name: mini.string(),
  get children() {
    return mini.array(miniTree);
  },
});
const valibotTree: v.GenericSchema<Tree> = v.strictObject({
  name: v.string(),
  children: v.array(v.lazy(() => valibotTree)),
});
const arktypeTree = scope({ tree: { '+': 'reject', name: 'string', children: 'tree[]' } }).export().tree;

/** The same shape in zod, zod mini, valibot and arktype. */
const SAME: Readonly<Record<string, readonly PayloadSchema[]>> = {
  'an object of required and optional fields': [
    z.strictObject({ id: z.string(), note: z.string().optional() }),
    mini.strictObject({ id: mini.string(), note: mini.optional(mini.string()) }),
    v.strictObject({ id: v.string(), note: v.optional(v.string()) }),
    type({ '+': 'reject', id: 'string', 'note?': 'string' }),
  ],
  'an object with any other fields': [
    z.looseObject({ id: z.string() }),
    mini.looseObject({ id: mini.string() }),
    v.looseObject({ id: v.string() }),
    type({ id: 'string' }),
  ],
  'an object whose other fields are removed': [
    z.object({ id: z.string() }),
    mini.object({ id: mini.string() }),
    v.object({ id: v.string() }),
  ],
  'bounds of texts, numbers and lists': [
    z.strictObject({
      a: z.string().min(1).max(5),
      b: z.number().min(0).lt(9),
      c: z.array(z.string()).min(2),
    }),
    mini.strictObject({
      a: mini.string().check(mini.minLength(1), mini.maxLength(5)),
      b: mini.number().check(mini.gte(0), mini.lt(9)),
      c: mini.array(mini.string()).check(mini.minLength(2)),
    }),
    v.strictObject({
      a: v.pipe(v.string(), v.minLength(1), v.maxLength(5)),
      b: v.pipe(v.number(), v.minValue(0), v.ltValue(9)),
      c: v.pipe(v.array(v.string()), v.minLength(2)),
    }),
    type({ '+': 'reject', a: '1 <= string <= 5', b: '0 <= number < 9', c: 'string[] >= 2' }),
  ],
  'an enum that may be null': [
    z.enum(['b', 'a']).nullable(),
    mini.nullable(mini.enum(['a', 'b'])),
    v.nullable(v.picklist(['a', 'b'])),
    type("'a' | 'b' | null"),
  ],
  'booleans and literals': [
    z.strictObject({ a: z.boolean(), b: z.literal([1, 2]), c: z.null() }),
    mini.strictObject({ a: mini.boolean(), b: mini.literal([2, 1]), c: mini.null() }),
    v.strictObject({ a: v.boolean(), b: v.union([v.literal(1), v.literal(2)]), c: v.null() }),
    type({ '+': 'reject', a: 'boolean', b: '1 | 2', c: 'null' }),
  ],
  'a union that a field tells apart': [
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('a'), n: z.number() }),
      z.strictObject({ kind: z.literal('b') }),
    ]),
    mini.discriminatedUnion('kind', [
      mini.strictObject({ kind: mini.literal('a'), n: mini.number() }),
      mini.strictObject({ kind: mini.literal('b') }),
    ]),
    v.variant('kind', [
      v.strictObject({ kind: v.literal('b') }),
      v.strictObject({ kind: v.literal('a'), n: v.number() }),
    ]),
    type({ '+': 'reject', kind: "'a'", n: 'number' }).or({ '+': 'reject', kind: "'b'" }),
  ],
  'tuples and records': [
    z.strictObject({ a: z.tuple([z.string(), z.number()]), b: z.record(z.string(), z.boolean()) }),
    mini.strictObject({
      a: mini.tuple([mini.string(), mini.number()]),
      b: mini.record(mini.string(), mini.boolean()),
    }),
    v.strictObject({ a: v.strictTuple([v.string(), v.number()]), b: v.record(v.string(), v.boolean()) }),
    type({ '+': 'reject', a: ['string', 'number'], b: 'Record<string, boolean>' }),
  ],
  'a union of types': [
    z.union([z.string(), z.number()]),
    mini.union([mini.number(), mini.string()]),
    v.union([v.string(), v.number()]),
    type('string | number'),
  ],
  'safe integers': [
    z.int(),
    mini.int(),
    v.pipe(v.number(), v.safeInteger()),
    type('-9007199254740991 <= number.integer <= 9007199254740991'),
  ],
  'a tree': [zodTree, miniTree, valibotTree, arktypeTree],
  'anything and nothing': [
    z.strictObject({ a: z.unknown(), b: z.never().optional() }),
    mini.strictObject({ a: mini.unknown(), b: mini.optional(mini.never()) }),
    v.strictObject({ a: v.unknown(), b: v.optional(v.never()) }),
    type({ '+': 'reject', a: 'unknown', 'b?': 'never' }),
  ],
};

const hashOf = async (schema: PayloadSchema): Promise<string> =>
  // Safe: the schemas of these tests change no value.
  (await schemasOf(defineQueue('q', { events: { e: schema as never } }))).hash;

describe('the same shape in zod, zod mini, valibot and arktype', () => {
  it.each(Object.entries(SAME))('has one hash: %s', async (_name, schemas) => {
    const hashes = await Promise.all(schemas.map(hashOf));
    expect(new Set(hashes).size).toBe(1);
    const undecidable = await Promise.all(
      schemas.map(async (schema) => undecidableIn(await jsonSchemaOf(schema))),
    );
    expect(undecidable.flat()).toEqual([]);
  });

  it.each<[string, PayloadSchema, PayloadSchema]>([
    ['an integer of valibot or arktype may be unsafe', z.int(), v.pipe(v.number(), v.integer())],
    ['a tuple of valibot allows more items', z.tuple([z.string()]), v.tuple([v.string()])],
    ['each library has an expression for email', z.email(), v.pipe(v.string(), v.email())],
  ])('has another hash where %s', async (_reason, one, other) => {
    expect(await hashOf(one)).not.toBe(await hashOf(other));
  });
});

const text = z.string();

describe('what JSON Schema cannot say is named by its path', () => {
  it.each<[string, PayloadSchema, string]>([
    ['refine', z.strictObject({ a: text.refine((value) => value !== '') }), '/properties/a'],
    ['refine of the object', z.strictObject({ a: text }).refine(() => true), ''],
    ['refine in a list', z.array(text.refine(() => true)), '/items'],
    ['superRefine', z.strictObject({ a: text.superRefine(() => undefined) }), '/properties/a'],
    ['check', z.strictObject({ a: text.check(() => undefined) }), '/properties/a'],
    ['custom', z.strictObject({ a: z.custom<string>(() => true) }), '/properties/a'],
    ['custom without a check', z.strictObject({ a: z.custom<string>() }), '/properties/a'],
    ['instanceof', z.strictObject({ a: z.instanceof(URL) }), '/properties/a'],
    ['trim', z.strictObject({ a: text.trim() }), '/properties/a'],
    ['transform', z.strictObject({ a: text.transform((value) => value) }), '/properties/a'],
    ['preprocess', z.strictObject({ a: z.preprocess((value) => value, text) }), '/properties/a'],
    ['pipe', z.strictObject({ a: text.pipe(text) }), '/properties/a'],
    ['default', z.strictObject({ a: text.default('x') }), '/properties/a'],
    ['catch', z.strictObject({ a: text.catch('x') }), '/properties/a'],
    ['coerce', z.strictObject({ a: z.coerce.string() }), '/properties/a'],
    ['date', z.strictObject({ a: z.date() }), '/properties/a'],
    ['bigint', z.strictObject({ a: z.bigint() }), '/properties/a'],
    ['map', z.strictObject({ a: z.map(text, text) }), '/properties/a'],
    [
      'a refined key',
      z.record(
        text.refine(() => true),
        text,
      ),
      '/propertyNames',
    ],
    ['a number as key', z.record(z.number().min(5), text), ''],
    ['flags of an expression', z.strictObject({ a: text.regex(/x/i) }), '/properties/a'],
    ['a host name', z.strictObject({ a: z.url({ hostname: /^x$/ }) }), '/properties/a'],
    ['a format by code', z.strictObject({ a: z.stringFormat('mine', () => true) }), '/properties/a'],
    ['property', z.strictObject({ a: text.check(z.property('length', z.number())) }), '/properties/a'],
    [
      'an intersection of strict objects',
      z
        .strictObject({ a: text })
        .meta({ title: 't' })
        .and(z.strictObject({ b: text })),
      '',
    ],
    ['a keyword as metadata', z.strictObject({ a: text.meta({ minLength: 5 }) }), '/properties/a'],
    ['undefined', z.strictObject({ a: z.union([text, z.undefined()]) }), '/properties/a/anyOf/1'],
  ])('zod: %s', async (_name, schema, pointer) => {
    expect(undecidableIn(await jsonSchemaOf(schema))).toContainEqual({ pointer, reason: expect.any(String) });
  });

  it.each<[string, PayloadSchema, string]>([
    ['refine', mini.strictObject({ a: mini.string().check(mini.refine(() => true)) }), '/properties/a'],
    ['trim', mini.strictObject({ a: mini.string().check(mini.trim()) }), '/properties/a'],
    ['date', mini.strictObject({ a: mini.date() }), '/properties/a'],
  ])('zod mini: %s', async (_name, schema, pointer) => {
    expect(undecidableIn(await jsonSchemaOf(schema))).toContainEqual({ pointer, reason: expect.any(String) });
  });

  it.each<[string, PayloadSchema, string]>([
    [
      'check',
      v.strictObject({
        a: v.pipe(
          v.string(),
          v.check(() => true),
        ),
      }),
      '/properties/a',
    ],
    [
      'transform',
      v.strictObject({
        a: v.pipe(
          v.string(),
          v.transform((value) => value),
        ),
      }),
      '/properties/a',
    ],
    ['trim', v.strictObject({ a: v.pipe(v.string(), v.trim()) }), '/properties/a'],
    ['custom', v.strictObject({ a: v.custom<string>(() => true) }), '/properties/a'],
    ['date', v.strictObject({ a: v.date() }), '/properties/a'],
    ['fallback', v.strictObject({ a: v.fallback(v.string(), 'x') }), '/properties/a'],
    ['flags of an expression', v.strictObject({ a: v.pipe(v.string(), v.regex(/x/i)) }), '/properties/a'],
    [
      'forward',
      v.pipe(
        v.strictObject({ a: v.string() }),
        v.forward(
          v.check(() => true),
          ['a'],
        ),
      ),
      '',
    ],
  ])('valibot: %s', async (_name, schema, pointer) => {
    expect(undecidableIn(await jsonSchemaOf(schema))).toContainEqual({ pointer, reason: expect.any(String) });
  });

  it.each<[string, PayloadSchema, string]>([
    ['narrow', type({ a: type('string').narrow(() => true) }), '/properties/a'],
    ['a morph', type({ a: type('string').pipe((value) => value) }), '/properties/a'],
    ['Date', type({ a: 'Date' }), '/properties/a'],
    ['bigint', type({ a: 'bigint' }), '/properties/a'],
    ['flags of an expression', type({ a: /x/i }), ''],
  ])('arktype: %s', async (_name, schema, pointer) => {
    expect(undecidableIn(await jsonSchemaOf(schema))).toContainEqual({ pointer, reason: expect.any(String) });
  });

  it('a keyword as metadata of zod mini and valibot is not checked, either', async () => {
    const schemas = [
      mini.string().register(z.globalRegistry, { pattern: 'a' }),
      v.pipe(v.string(), v.metadata({ pattern: 'a' })),
    ];
    const reason = 'the keyword pattern in its metadata, which is not checked';
    for (const schema of schemas) {
      expect(undecidableIn(await jsonSchemaOf(schema))).toEqual([{ pointer: '', reason }]);
    }
  });

  it('what brands, describes or freezes says all', async () => {
    const schemas = [
      z.strictObject({ a: text.brand('b').readonly().meta({ description: 'd', owner: 'sales' }) }),
      v.strictObject({ a: v.pipe(v.string(), v.brand('b'), v.readonly(), v.description('d')) }),
      type({ '+': 'reject', a: type('string').brand('b').describe('d') }),
    ];
    const hashes = await Promise.all(schemas.map(hashOf));
    expect(hashes).toEqual(hashes.map(() => hashes[0]));
  });

  it('a library that nobody knows is undecidable as a whole', async () => {
    const standard = { version: 1 as const, vendor: 'mine', validate: (value: unknown) => ({ value }) };
    expect(undecidableIn(await jsonSchemaOf({ '~standard': standard }))).toEqual([
      { pointer: '', reason: 'what mine checks beyond JSON Schema is not known' },
    ]);
  });
});
