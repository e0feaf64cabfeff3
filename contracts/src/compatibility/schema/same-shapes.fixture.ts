import { scope, type } from 'arktype';
import * as v from 'valibot';
import * as z from 'zod';
import * as mini from 'zod/mini';
import type { PayloadSchema } from '../../payload-schema.js';

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
export const SAME_SHAPES: Readonly<Record<string, readonly PayloadSchema[]>> = {
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
      a: z.string().min(1),
      b: z.number().min(0).lt(9),
      c: z.array(z.string()).min(2),
    }),
    mini.strictObject({
      a: mini.string().check(mini.minLength(1)),
      b: mini.number().check(mini.gte(0), mini.lt(9)),
      c: mini.array(mini.string()).check(mini.minLength(2)),
    }),
    v.strictObject({
      a: v.pipe(v.string(), v.minLength(1)),
      b: v.pipe(v.number(), v.minValue(0), v.ltValue(9)),
      c: v.pipe(v.array(v.string()), v.minLength(2)),
    }),
    type({ '+': 'reject', a: 'string >= 1', b: '0 <= number < 9', c: 'string[] >= 2' }),
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
