import { describe, expect, it } from '@jest/globals';
import { type } from 'arktype';
import * as v from 'valibot';
import * as z from 'zod';
import * as mini from 'zod/mini';
import type { PayloadSchema } from '../../payload-schema.js';
import { defineQueue } from '../../queue.js';
import { schemasOf } from '../queue-schemas.js';
import { shapeOf } from '../shape/parse.js';
import { validityOf } from '../shape/validity.js';
import { undecidableIn } from '../undecidable.js';
import { jsonSchemaOf } from './payload-schema.js';
import { SAME_SHAPES } from './same-shapes.fixture.js';

const hashOf = async (schema: PayloadSchema): Promise<string> =>
  // Safe: the schemas of these tests change no value.
  (await schemasOf(defineQueue('q', { events: { e: schema as never } }))).hash;

const fractions = v.pipe(v.number(), v.multipleOf(0.01));

describe('the same shape in zod, zod mini, valibot and arktype', () => {
  it.each(Object.entries(SAME_SHAPES))('has one hash: %s', async (_name, schemas) => {
    const hashes = await Promise.all(schemas.map(hashOf));
    expect(new Set(hashes).size).toBe(1);
    const undecidable = await Promise.all(
      schemas.map(async (schema) => undecidableIn(await jsonSchemaOf(schema))),
    );
    expect(undecidable.flat()).toEqual([]);
  });

  it.each<[string, PayloadSchema, PayloadSchema]>([
    ['an integer of valibot or arktype may be unsafe', z.int(), v.pipe(v.number(), v.integer())],
    [
      'zod counts code points, and valibot UTF-16 units',
      z.string().max(3),
      v.pipe(v.string(), v.maxLength(3)),
    ],
    ['zod counts code points, and arktype UTF-16 units', z.string().min(3), type('string >= 3')],
    ['valibot rounds multiples of fractions', z.number().multipleOf(0.01), fractions],
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
    ['a number among the keys', z.record(z.union([z.literal('a'), z.number().min(5)]), text), ''],
    ['a default for a missing field', z.object({ a: text.default('x') }), ''],
    ['a missing field that is caught', z.object({ a: text.catch('x') }), ''],
    ['an optional field that every object inherits', z.object({ toString: text.optional() }), ''],
    ['exactly one alternative', z.xor([z.coerce.number(), text]), ''],
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
    ['an inherited field', v.object({ toString: v.optional(v.string()) }), ''],
    ['several formats', v.strictObject({ a: v.pipe(v.string(), v.email(), v.isoDate()) }), '/properties/a'],
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

  it.each<[string, PayloadSchema]>([
    ['flags in zod', text.regex(/^a$/i)],
    ['flags in valibot', v.pipe(v.string(), v.regex(/^a$/i))],
    ['flags in arktype', type(/^a$/i)],
    ['metadata', text.meta({ maxLength: 0 })],
    ['metadata of valibot', v.pipe(v.string(), v.metadata({ maxLength: 0 }))],
    ['a pipe of schemas', v.pipe(v.string(), v.string(), v.minLength(1))],
  ])('what is undecidable by %s refuses nothing that the library accepts', async (_what, schema) => {
    const converted = await jsonSchemaOf(schema);
    expect(undecidableIn(converted)).not.toEqual([]);
    expect(validityOf(shapeOf(converted), 'A')).toBe('unknown');
  });

  it('what brands, describes or freezes says all', async () => {
    const schemas = [
      z.strictObject({ a: text.brand('b').readonly().meta({ description: 'd', owner: 'sales' }) }),
      mini.strictObject({
        a: mini.string().check(mini.describe('d'), mini.meta({ title: 't', owner: 'sales' })),
      }),
      z.strictObject({ a: text.check(z.describe('d')) }),
      v.strictObject({ a: v.pipe(v.string(), v.brand('b'), v.readonly(), v.description('d')) }),
      type({ '+': 'reject', a: type('string').brand('b').describe('d') }),
    ];
    const hashes = await Promise.all(schemas.map(hashOf));
    expect(hashes).toEqual(hashes.map(() => hashes[0]));
  });

  it('a check of alternatives leaves what is known of them', async () => {
    const [a, b] = [v.strictObject({ kind: v.literal('a') }), v.strictObject({ kind: v.literal('b') })];
    const checked = v.pipe(
      v.variant('kind', [a, b]),
      v.check(() => true),
    );
    const shape = shapeOf(await jsonSchemaOf(checked));
    expect(validityOf(shape, { kind: 'a' })).toBe('unknown');
    expect(validityOf(shape, { kind: 'c' })).toBe('invalid');
  });

  it('what is made of a schema of zod may check more', async () => {
    const validate = () => ({ issues: [{ message: 'never' }] });
    const standard = { value: { ...text['~standard'], validate } };
    // Safe: it has what a schema has.
    const stricter = Object.create(text, { '~standard': standard }) as PayloadSchema;
    expect(undecidableIn(await jsonSchemaOf(stricter))).toHaveLength(1);
  });

  it('a library that nobody knows is undecidable as a whole', async () => {
    const standard = { version: 1 as const, vendor: 'mine', validate: (value: unknown) => ({ value }) };
    expect(undecidableIn(await jsonSchemaOf({ '~standard': standard }))).toEqual([
      { pointer: '', reason: 'what mine checks beyond JSON Schema is not known' },
    ]);
  });
});
