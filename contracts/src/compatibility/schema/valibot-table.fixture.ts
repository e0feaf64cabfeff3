import * as v from 'valibot';
import type { PayloadSchema } from '../../payload-schema.js';
import { VALIBOT_OBJECTS } from './valibot-objects.fixture.js';

const text = v.string();
const one = v.object({ a: v.optional(text) });

type Action = { readonly type: string; readonly requirement?: unknown };

/** Pipes of one action each, after this schema. */
const pipes = (
  what: string,
  schema: v.GenericSchema,
  actions: readonly Action[],
): readonly (readonly [string, () => PayloadSchema])[] =>
  actions.map((action) => [
    `${what}: ${action.type} ${String(action.requirement)}`,
    // Safe: when it runs, a pipe takes any action.
    () => v.pipe(schema, action as v.CheckAction<unknown, undefined>),
  ]);

/** Every form that valibot has for what may be a payload, by name. */
export const VALIBOTS: readonly (readonly [string, () => PayloadSchema])[] = [
  ...pipes('a text', text, [
    ...[v.minLength(2), v.maxLength(1), v.length(2), v.nonEmpty(), v.empty(), v.notLength(2)],
    ...[
      v.includes('a'),
      v.excludes('a'),
      v.startsWith('a'),
      v.endsWith('a'),
      v.value('a'),
      v.values(['a', 'b']),
    ],
    ...[v.notValue('a'), v.notValues(['a']), v.minValue('b'), v.gtValue('a'), v.ltValue('b')],
    ...[
      v.regex(/^a/),
      v.regex(/^a/i),
      v.regex(/^a/u),
      v.regex(/^a.b/s),
      v.email(),
      v.url(),
      v.uuid(),
      v.ip(),
      v.ipv6(),
    ],
    ...[
      v.isoDate(),
      v.isoDateTime(),
      v.isoTime(),
      v.isoTimestamp(),
      v.isoWeek(),
      v.mac(),
      v.hash(['md5']),
      v.hexadecimal(),
    ],
    ...[
      v.base64(),
      v.digits(),
      v.decimal(),
      v.octal(),
      v.emoji(),
      v.nanoid(),
      v.ulid(),
      v.creditCard(),
      v.bic(),
      v.slug(),
    ],
    ...[
      v.bytes(1),
      v.maxBytes(2),
      v.graphemes(1),
      v.words('en', 1),
      v.trim(),
      v.toLowerCase(),
      v.normalize(),
    ],
    ...[
      v.check((value: string) => value !== 'a'),
      v.transform((value: string) => value),
      v.brand('b'),
      v.readonly(),
    ],
    ...[
      v.metadata({ minLength: 2 }),
      v.metadata({ owner: 'sales' }),
      v.metadata({ default: 'x' }),
      v.description('d'),
    ],
    v.rawCheck<string>(({ dataset, addIssue }) => {
      if (dataset.value === 'a') addIssue();
    }),
  ]),
  ...pipes('a number', v.number(), [
    ...[
      v.minValue(1),
      v.maxValue(3),
      v.gtValue(1),
      v.ltValue(3),
      v.value(1),
      v.values([1, 2]),
      v.notValue(1),
    ],
    ...[
      v.finite(),
      v.integer(),
      v.safeInteger(),
      v.multipleOf(1),
      v.multipleOf(3),
      v.multipleOf(-2),
      v.multipleOf(0.1),
    ],
    ...[
      v.multipleOf(0),
      v.multipleOf(Infinity),
      v.minValue(-Infinity),
      v.maxValue(-Infinity),
      v.toMinValue(1),
    ],
  ]),
  ...pipes('a list', v.array(text), [
    ...[v.minLength(2), v.maxLength(1), v.length(1), v.nonEmpty(), v.empty(), v.notLength(1)],
    ...[v.includes('a'), v.excludes('a'), v.checkItems((item: unknown) => item !== 'a'), v.sortItems()],
    ...[v.everyItem((item: unknown) => item === 'a'), v.someItem((item: unknown) => item === 'a')],
    v.filterItems((item: unknown) => item !== 'a'),
  ]),
  ...pipes('anything', v.any(), [
    v.minLength(2),
    v.maxLength(1),
    v.minValue(2),
    v.value(1),
    v.values([1]),
    v.integer(),
    v.multipleOf(3),
    v.includes('a'),
  ]),
  ...pipes('anything', v.any(), [
    v.startsWith('a'),
    v.minEntries(1),
    v.regex(/^a/),
    v.email(),
    v.nonEmpty(),
    v.length(1),
    v.notValue(1),
  ]),
  ['an item that is a number', () => v.pipe(v.array(v.number()), v.includes(3))],
  ['a text or a list of two', () => v.pipe(v.union([text, v.array(text)]), v.minLength(2))],
  ['a text or a number, at least 2', () => v.pipe(v.union([text, v.number()]), v.minValue(2))],
  ['one number, as text', () => v.pipe(text, v.value(1 as never))],
  ['one of several numbers, as text', () => v.pipe(text, v.values([1] as never))],
  ['several multiples', () => v.pipe(v.number(), v.multipleOf(2), v.multipleOf(3))],
  [
    'multiples in parts',
    () => v.intersect([v.pipe(v.number(), v.multipleOf(2)), v.pipe(v.number(), v.multipleOf(3))]),
  ],
  ...VALIBOT_OBJECTS,
  ['an object of numbers otherwise', () => v.objectWithRest({ a: v.optional(text) }, v.number())],
  ['a record', () => v.record(text, v.number())],
  ['a record with short keys', () => v.record(v.pipe(text, v.maxLength(1)), v.number())],
  [
    'a record with checked keys',
    () =>
      v.record(
        v.pipe(
          text,
          v.check((key) => key !== 'a'),
        ),
        v.number(),
      ),
  ],
  ['a record with named keys', () => v.record(v.picklist(['a', 'b']), v.number())],
  ['a record with one key', () => v.record(v.literal('a'), v.number())],
  [
    'a record with alternative keys',
    () => v.record(v.union([v.literal('a'), v.pipe(text, v.minLength(2))]), v.number()),
  ],
  ['a record with trimmed keys', () => v.record(v.pipe(text, v.trim()), v.number())],
  ['a record of at least 2', () => v.pipe(v.record(text, v.number()), v.minEntries(2))],
  ['a tuple', () => v.tuple([text])],
  ['a tuple with an optional item', () => v.tuple([text, v.optional(v.number())])],
  ['a strict tuple with an optional item', () => v.strictTuple([text, v.optional(v.number())])],
  ['a strict tuple', () => v.strictTuple([text, v.number()])],
  ['a loose tuple', () => v.looseTuple([text])],
  ['a tuple with a rest', () => v.tupleWithRest([text], v.number())],
  [
    'a variant',
    () =>
      v.variant('kind', [
        v.strictObject({ kind: v.literal('a') }),
        v.strictObject({ kind: v.literal('b'), n: v.number() }),
      ]),
  ],
  [
    'a variant without a discriminator',
    () =>
      v.variant('kind', [
        v.looseObject({ kind: text, n: v.number() }),
        v.looseObject({ kind: v.literal('a') }),
      ]),
  ],
  [
    'an intersection of strict objects',
    () => v.intersect([v.strictObject({ a: text }), v.strictObject({ b: v.number() })]),
  ],
  ['an intersection of objects', () => v.intersect([v.object({ a: text }), v.object({ b: v.number() })])],
  [
    'an intersection with a record',
    () => v.intersect([v.looseObject({ a: text }), v.record(text, v.string())]),
  ],
  ['a lazy schema', () => v.lazy(() => v.pipe(text, v.minLength(2)))],
  [
    'a lazy schema of its value',
    () => v.lazy((value) => (typeof value === 'string' ? v.literal('a') : v.number())),
  ],
  [
    'a list of lazy schemas of their value',
    () => v.array(v.lazy((value) => (typeof value === 'string' ? v.literal('a') : v.number()))),
  ],
  ['an enum', () => v.enum({ A: 'a', B: 1 })],
  ['a picklist', () => v.picklist(['😀', 'a'])],
  ['an infinite literal', () => v.literal(Infinity)],
  ['an infinite choice', () => v.picklist([1, Infinity])],
  ['nullable', () => v.nullable(text)],
  ['what is not null', () => v.nonNullable(v.nullable(text))],
  ['what is not nullish', () => v.nonNullish(v.any())],
  ['a pipe to one value', () => v.pipe(text, v.literal('a'))],
  ['a pipe of lists', () => v.pipe(v.array(text), v.array(v.literal('a')))],
  ['a pipe of alternatives', () => v.pipe(v.union([text, v.number()]), text)],
  ['a pipe in a pipe', () => v.pipe(text, v.pipe(text, v.minLength(2)))],
  ['a pipe of anything', () => v.pipe(v.unknown(), text)],
  ['a fallback', () => v.fallback(text, 'x')],
  ['an instance', () => v.instance(Object)],
  ['a configured schema', () => v.config(v.pipe(text, v.minLength(2)), { abortEarly: true })],
  ['keys', () => v.keyof(v.object({ a: text, b: text }))],
  ['an omitted field', () => v.omit(v.strictObject({ a: text, b: text }), ['b'])],
  ['a partial object', () => v.partial(v.strictObject({ a: text }))],
  ['a required object', () => v.required(v.strictObject({ a: v.optional(text) }))],
  ['a tuple among alternatives', () => v.union([v.tuple([text]), v.array(text)])],
  ['an object in a list', () => v.array(v.pipe(one, v.minEntries(1)))],
];
