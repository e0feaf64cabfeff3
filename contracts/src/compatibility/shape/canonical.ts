import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { isJsonObject, LENGTH_UNIT, textOf, UNDECIDABLE, type Json, type JsonSchema } from '../json.js';
import {
  partsOf,
  type ArrayShape,
  type Bound,
  type NumberShape,
  type ObjectShape,
  type Reference,
  type Shape,
  type StringShape,
} from './shape.js';

type Names = ReadonlyMap<string, string>;

export const sha256Of = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));

/**
 * The one JSON Schema for all spellings of a shape: without annotations, its lists sorted, schemas that contain
 * themselves under names that are hashes of what they say.
 */
export const canonicalSchemaOf = (shape: Shape): JsonSchema => {
  const references = referencesIn(shape, new Map());
  const names = namesOf(references);
  // A reference at the root is as good as what it refers to.
  const schema = rendered(shape.kind === 'reference' ? shape.resolve() : shape, names);
  if (references.size === 0) return schema;
  const definitions = [...references.values()].map(({ name, resolve }): [string, JsonSchema] => [
    names.get(name) ?? name,
    rendered(resolve(), names),
  ]);
  return isJsonObject(schema) ? { ...schema, $defs: Object.fromEntries(definitions) } : schema;
};

const referencesIn = (shape: Shape, found: Map<string, Reference>): Map<string, Reference> => {
  if (shape.kind !== 'reference') for (const part of partsOf(shape)) referencesIn(part, found);
  else if (!found.has(shape.name)) {
    found.set(shape.name, shape);
    referencesIn(shape.resolve(), found);
  }
  return found;
};

/** Each round tells apart what differs one reference further away. */
const namesOf = (references: ReadonlyMap<string, Reference>): Names => {
  let names: Names = new Map([...references.keys()].map((name) => [name, '']));
  for (let round = 0; round <= references.size; round++) {
    const known = names;
    names = new Map(
      [...references].map(([name, { resolve }]) => [
        name,
        sha256Of(textOf(rendered(resolve(), known))).slice(0, 16),
      ]),
    );
  }
  return names;
};

const rendered = (shape: Shape, names: Names): JsonSchema => {
  const render = (part: Shape): JsonSchema => rendered(part, names);
  switch (shape.kind) {
    case 'any':
      return {};
    case 'never':
      return { not: {} };
    case 'values':
      return { enum: shape.values };
    case 'string':
      return stringSchema(shape);
    case 'number':
      return numberSchema(shape);
    case 'array':
      return arraySchema(shape, render);
    case 'object':
      return objectSchema(shape, render);
    case 'union':
      return unionSchema(shape.members.map(render));
    case 'reference':
      return { $ref: `#/$defs/${names.get(shape.name) ?? ''}` };
    case 'partial':
      return shape.text === undefined
        ? { allOf: [render(shape.known)], [UNDECIDABLE]: shape.reason }
        : (JSON.parse(shape.text) as JsonSchema);
  }
};

/** Each alternative once, in the order of their texts. */
const unionSchema = (schemas: readonly JsonSchema[]): JsonSchema => {
  const byText = new Map(schemas.map((schema) => [textOf(schema), schema]));
  const anyOf = [...byText].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, schema]) => schema);
  const [only = false, ...others] = anyOf;
  return others.length === 0 ? only : { anyOf };
};

/** Only what restricts. */
const restricting = (keywords: Readonly<Record<string, Json | undefined>>): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(keywords).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );

const atLeast = (min: number): number | undefined => (min > 0 ? min : undefined);
const atMost = (max: number): number | undefined => (Number.isFinite(max) ? max : undefined);

const stringSchema = (shape: StringShape): JsonSchema => {
  const { min, max, minUnits, maxUnits, patterns, formats } = shape;
  const units = restricting({ minLength: atLeast(minUnits), maxLength: atMost(maxUnits) });
  const more = [
    ...(Object.keys(units).length === 0 ? [] : [{ ...units, [LENGTH_UNIT]: 'utf-16' }]),
    ...patterns.slice(1).map((pattern) => ({ pattern })),
    ...formats.slice(1).map((format) => ({ format })),
  ];
  // At least one is the same in both units, and so is at most none.
  const isSame = min <= 1 && (max === 0 || max === Infinity);
  return restricting({
    type: 'string',
    minLength: atLeast(min),
    maxLength: atMost(max),
    [LENGTH_UNIT]: isSame ? undefined : 'code-point',
    pattern: patterns[0],
    format: formats[0],
    allOf: more.length === 0 ? undefined : more,
  });
};

const numberSchema = ({ integer, min, max, multiplesOf }: NumberShape): JsonSchema => {
  const bound = (bound: Bound, exclusive: boolean): number | undefined =>
    bound.exclusive === exclusive && Number.isFinite(bound.value) ? bound.value : undefined;
  const [multipleOf, ...more] = multiplesOf;
  return restricting({
    type: integer ? 'integer' : 'number',
    minimum: bound(min, false),
    exclusiveMinimum: bound(min, true),
    maximum: bound(max, false),
    exclusiveMaximum: bound(max, true),
    multipleOf,
    allOf: more.length === 0 ? undefined : more.map((multipleOf) => ({ multipleOf })),
  });
};

const arraySchema = (
  { prefix, items, min, max, unique }: ArrayShape,
  render: (part: Shape) => JsonSchema,
): JsonSchema =>
  restricting({
    type: 'array',
    prefixItems: prefix.length === 0 ? undefined : prefix.map(render),
    items: items.kind === 'any' ? undefined : items.kind === 'never' ? false : render(items),
    minItems: atLeast(min),
    maxItems: items.kind === 'never' && max === prefix.length ? undefined : atMost(max),
    uniqueItems: unique ? true : undefined,
  });

const objectSchema = (shape: ObjectShape, render: (part: Shape) => JsonSchema): JsonSchema => {
  const { properties, additional, names, min, max } = shape;
  const listed = [...properties].sort(([one], [other]) => (one < other ? -1 : 1));
  const required = listed.filter(([, { required }]) => required).map(([name]) => name);
  const isClosed = additional.kind === 'never';
  const namesSchema = textOf(render(names));
  return restricting({
    type: 'object',
    properties:
      listed.length === 0
        ? undefined
        : Object.fromEntries(listed.map(([name, { shape }]) => [name, render(shape)])),
    required: required.length === 0 ? undefined : required,
    additionalProperties: isClosed ? false : additional.kind === 'any' ? undefined : render(additional),
    propertyNames:
      isClosed || namesSchema === '{"type":"string"}' ? undefined : (JSON.parse(namesSchema) as Json),
    minProperties: min > required.length ? min : undefined,
    maxProperties: isClosed && max === listed.length ? undefined : atMost(max),
  });
};
