import fc from 'fast-check';
import { isJsonArray, isJsonObject, LENGTH_UNIT, type Json, type JsonSchema } from './json.js';
import { candidatesOf, samplesOf } from './shape/samples.js';
import { shapeOf } from './shape/parse.js';

type Schema = Readonly<Record<string, Json>>;

const FIELDS = ['a', 'b', 'c', 'kind'];
const field = fc.constantFrom(...FIELDS);
const bound = fc.integer({ min: -3, max: 6 });
const size = fc.integer({ min: 0, max: 4 });
const scalar: fc.Arbitrary<Json> = fc.constantFrom<Json>('x', 'y', 'z', 0, 1, 2, true, false, null);

/** Some of the keywords. */
const some = (keywords: Record<string, fc.Arbitrary<Json>>): fc.Arbitrary<Schema> =>
  fc.record(keywords, { requiredKeys: [] }) as fc.Arbitrary<Schema>;

const texts = some({
  minLength: size,
  maxLength: size,
  pattern: fc.constantFrom('^a', '^[a-z]+$', 'x', '^\\d+$'),
}).map((keywords) => ({ ...keywords, type: 'string', [LENGTH_UNIT]: 'code-point' }));

const numbers = fc
  .tuple(
    fc.constantFrom('number', 'integer'),
    some({
      minimum: bound,
      exclusiveMinimum: bound,
      maximum: bound,
      exclusiveMaximum: bound,
      multipleOf: fc.constantFrom(1, 2, 3, 0.5),
    }),
  )
  .map(([type, keywords]) => ({ ...keywords, type }));

const literals = fc.oneof(
  fc.constantFrom<Schema>({ type: 'boolean' }, { type: 'null' }, {}),
  fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }).map((values) => ({ enum: values })),
  scalar.map((value) => ({ const: value })),
);

const leaf: fc.Arbitrary<Schema> = fc.oneof(texts, numbers, literals);

const objectsOf = (part: fc.Arbitrary<Schema>): fc.Arbitrary<Schema> =>
  fc
    .tuple(
      fc.dictionary(field, part, { maxKeys: 3, noNullPrototype: true }),
      fc.subarray(FIELDS),
      fc.option(fc.oneof(fc.constant(false), part), { nil: undefined }),
    )
    .map(([properties, required, additional]) => ({
      type: 'object',
      properties,
      required: required.filter((name) => name in properties || additional !== false),
      ...(additional === undefined ? {} : { additionalProperties: additional }),
    }));

const recordsOf = (part: fc.Arbitrary<Schema>): fc.Arbitrary<Schema> =>
  fc
    .tuple(
      fc.constantFrom<Schema>(
        { type: 'string' },
        { enum: ['a', 'b'] },
        { type: 'string', maxLength: 1, [LENGTH_UNIT]: 'code-point' },
      ),
      part,
      size,
    )
    .map(([propertyNames, additionalProperties, maxProperties]) => ({
      type: 'object',
      propertyNames,
      additionalProperties,
      maxProperties,
    }));

const listsOf = (part: fc.Arbitrary<Schema>): fc.Arbitrary<Schema> =>
  fc.oneof(
    fc
      .tuple(part, some({ minItems: size, maxItems: size, uniqueItems: fc.boolean() }))
      .map(([items, keywords]) => ({
        ...keywords,
        type: 'array',
        items,
      })),
    fc.tuple(fc.array(part, { minLength: 1, maxLength: 2 }), fc.boolean()).map(([prefixItems, isClosed]) => ({
      type: 'array',
      prefixItems,
      minItems: prefixItems.length,
      ...(isClosed ? { items: false } : {}),
    })),
  );

/** As a discriminated union of zod. */
const alternativesOf = (part: fc.Arbitrary<Schema>): fc.Arbitrary<Schema> =>
  fc
    .tuple(fc.array(part, { minLength: 2, maxLength: 3 }), fc.constantFrom('oneOf', 'anyOf'))
    .map(([parts, keyword]) => ({
      [keyword]: parts.map((value, index) => ({
        type: 'object',
        properties: { kind: { const: ['x', 'y', 'z'][index] ?? 'x' }, value },
        required: ['kind', 'value'],
        additionalProperties: false,
      })),
    }));

const unionsOf = (part: fc.Arbitrary<Schema>): fc.Arbitrary<Schema> =>
  fc.oneof(
    fc.array(part, { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    part.map((one) => ({ anyOf: [one, { type: 'null' }] })),
    fc.constantFrom<Schema>({ type: ['string', 'null'] }, { type: ['number', 'boolean'] }),
    fc.tuple(objectsOf(part), objectsOf(part)).map((allOf) => ({ allOf })),
  );

const level = (part: fc.Arbitrary<Schema>): fc.Arbitrary<Schema> =>
  fc.oneof(
    { arbitrary: leaf, weight: 2 },
    { arbitrary: objectsOf(part), weight: 4 },
    recordsOf(part),
    listsOf(part),
    alternativesOf(part),
    unionsOf(part),
  );

/** A tree, by the reference that zod makes or by that of valibot. */
const trees: fc.Arbitrary<Schema> = fc
  .tuple(leaf, fc.boolean(), fc.boolean())
  .map(([value, isRoot, isStrict]) => {
    const children = { type: 'array', items: { $ref: isRoot ? '#' : '#/$defs/0' } };
    const node = {
      type: 'object',
      properties: { value, children },
      required: ['value', 'children'],
      ...(isStrict ? { additionalProperties: false } : {}),
    };
    return isRoot ? node : { ...node, $defs: { '0': node } };
  });

/** JSON Schemas as the libraries write them. */
export const anySchema: fc.Arbitrary<Schema> = fc.oneof(
  { arbitrary: level(level(leaf)), weight: 8 },
  { arbitrary: trees, weight: 1 },
);

/** The places of schemas in a schema. */
const placesIn = (schema: Json, path: readonly string[] = []): readonly (readonly string[])[] => {
  if (!isJsonObject(schema) || '$ref' in schema) return [];
  const inside = (keyword: string): readonly (readonly string[])[] => {
    const parts = schema[keyword];
    return isJsonObject(parts) || isJsonArray(parts)
      ? Object.entries(parts).flatMap(([key, part]) => placesIn(part, [...path, keyword, key]))
      : [];
  };
  const part = (keyword: string): readonly (readonly string[])[] =>
    keyword in schema ? placesIn(schema[keyword] ?? null, [...path, keyword]) : [];
  return [
    path,
    ...['properties', 'anyOf', 'oneOf', 'allOf', 'prefixItems'].flatMap(inside),
    ...['items', 'additionalProperties'].flatMap(part),
  ];
};

const replaced = (
  schema: Json,
  [key, ...rest]: readonly string[],
  change: (part: Schema) => Schema,
): Json => {
  if (key === undefined) return isJsonObject(schema) ? change(schema) : schema;
  if (isJsonArray(schema))
    return schema.map((part, at) => (String(at) === key ? replaced(part, rest, change) : part));
  if (!isJsonObject(schema)) return schema;
  return { ...schema, [key]: replaced(schema[key] ?? null, rest, change) };
};

const changes: readonly ((part: Schema, other: Schema) => Schema)[] = [
  (part, other) => ({ ...part, properties: { ...(part.properties as object), added: other } }),
  (part) => ({ ...part, required: [] }),
  (part) => ({ ...part, required: Object.keys((part.properties ?? {}) as object) }),
  (part) => ({ ...part, additionalProperties: false }),
  (part) => Object.fromEntries(Object.entries(part).filter(([key]) => key !== 'additionalProperties')),
  (part, other) => ({ anyOf: [part, other] }),
  (part) => ({ anyOf: [part, { type: 'null' }] }),
  (_part, other) => other,
  (part) => ({ ...part, ...(Array.isArray(part.enum) ? { enum: [...(part.enum as Json[]), 'added'] } : {}) }),
  (part) =>
    Object.fromEntries(
      Object.entries(part).filter(([key]) => !/^(min|max|exclusive|pattern|multiple)/.test(key)),
    ),
  (part) => ({ ...part, ...(typeof part.minimum === 'number' ? { minimum: part.minimum + 1 } : {}) }),
  (part) => ({ ...part, ...(typeof part.maxLength === 'number' ? { maxLength: part.maxLength + 1 } : {}) }),
  (part) => ({ ...part, ...(part.type === 'integer' ? { type: 'number' } : {}) }),
];

/** A schema with one change somewhere; definitions stay at the root. */
export const mutated = (schema: Schema): fc.Arbitrary<Schema> =>
  fc
    .tuple(
      fc.constantFrom(...placesIn(schema).filter((place) => place.length > 0 || !('$defs' in schema))),
      fc.constantFrom(...changes),
      leaf,
    )
    // Safe: a changed schema is one.
    .map(([place, change, other]) => replaced(schema, place, (part) => change(part, other)) as Schema);

/** Payloads near both schemas, and others. */
export const payloadsOf = (one: JsonSchema, other: JsonSchema): fc.Arbitrary<readonly Json[]> => {
  const near = [one, other].flatMap((schema) => {
    const shape = shapeOf(schema);
    return [...samplesOf(shape), ...candidatesOf(shape)];
  });
  const free = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 2 },
      scalar,
      bound,
      fc.constantFrom('', 'a', 'ab', 'x1', '12', 'abcde'),
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom(...FIELDS, 'added', 'value'), tie('value'), {
        maxKeys: 3,
        noNullPrototype: true,
      }),
    ),
  })).value;
  const changed = fc.tuple(fc.constantFrom<Json>(null, ...near), field, free).map(([value, name, member]) => {
    if (isJsonObject(value)) return { ...value, [name]: member };
    return isJsonArray(value) ? [...value, member] : member;
  });
  return fc
    .array(fc.oneof(free, changed), { minLength: 10, maxLength: 30 })
    .map((more) => [...near, ...more]);
};
