import { isJsonArray, isJsonObject, LENGTH_UNIT, type Json, type JsonObject } from '../json.js';
import { arrayOf, numberOf, objectOf, stringOf } from './bounds.js';
import { isTypeKeyword } from './keywords.js';
import { shapeNamed } from './names.js';
import {
  ANY,
  ANY_STRING,
  NEVER,
  propertyOf,
  type Bound,
  type ObjectShape,
  type Property,
  type Shape,
} from './shape.js';
import { unionOf, valuesOf } from './union.js';

/** Parses a schema inside another, at the end of these keys. */
export type ParseMember = (schema: Json, ...keys: readonly (string | number)[]) => Shape;

const TYPES = ['null', 'boolean', 'string', 'number', 'array', 'object'];

/** What `type` and the keywords of the types allow; without a `type`, values of the others are free. */
export const shapeOfTypes = (schema: JsonObject, member: ParseMember): Shape => {
  const { type } = schema;
  if (type === undefined && !Object.keys(schema).some(isTypeKeyword)) return ANY;
  const types: readonly Json[] = type === undefined ? TYPES : isJsonArray(type) ? type : [type];
  return unionOf(types.map((name) => (typeof name === 'string' ? shapeOfType(name, schema, member) : NEVER)));
};

const shapeOfType = (type: string, schema: JsonObject, member: ParseMember): Shape => {
  switch (type) {
    case 'null':
      return valuesOf([null]);
    case 'boolean':
      return valuesOf([false, true]);
    case 'string':
      return stringShape(schema);
    case 'number':
    case 'integer':
      return numberShape(schema, type === 'integer');
    case 'array':
      return arrayShape(schema, member);
    case 'object':
      return objectShape(schema, member);
    default:
      return NEVER;
  }
};

const numeric = (value: Json | undefined, absent: number): number =>
  typeof value === 'number' ? value : absent;

const stringShape = (schema: JsonObject): Shape => {
  const { type, minLength, maxLength, pattern, format } = schema;
  // Beside a list of values, or without a type, it only describes.
  const isFormat = type !== undefined && !('const' in schema) && !('enum' in schema);
  const [least, most] = [numeric(minLength, 0), numeric(maxLength, Infinity)];
  const bounds =
    schema[LENGTH_UNIT] === 'utf-16'
      ? { min: 0, max: Infinity, minUnits: least, maxUnits: most }
      : { min: least, max: most, minUnits: 0, maxUnits: Infinity };
  return stringOf({
    kind: 'string',
    ...bounds,
    patterns: typeof pattern === 'string' ? [pattern] : [],
    formats: isFormat && typeof format === 'string' ? [format] : [],
  });
};

const numberShape = (schema: JsonObject, integer: boolean): Shape => {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const min = { value: numeric(minimum, -Infinity), exclusive: false };
  const max = { value: numeric(maximum, Infinity), exclusive: false };
  const above: Bound = { value: numeric(exclusiveMinimum, -Infinity), exclusive: true };
  const below: Bound = { value: numeric(exclusiveMaximum, Infinity), exclusive: true };
  return numberOf({
    kind: 'number',
    integer,
    min: typeof exclusiveMinimum === 'number' && above.value >= min.value ? above : min,
    max: typeof exclusiveMaximum === 'number' && below.value <= max.value ? below : max,
    multiplesOf: typeof multipleOf === 'number' ? [multipleOf] : [],
  });
};

const arrayShape = (schema: JsonObject, member: ParseMember): Shape => {
  const { items = true, prefixItems, minItems, maxItems, uniqueItems } = schema;
  return arrayOf({
    kind: 'array',
    prefix: isJsonArray(prefixItems)
      ? prefixItems.map((item, index) => member(item, 'prefixItems', index))
      : [],
    items: member(items, 'items'),
    min: numeric(minItems, 0),
    max: numeric(maxItems, Infinity),
    unique: uniqueItems === true,
  });
};

const objectShape = (schema: JsonObject, member: ParseMember): Shape => {
  const { additionalProperties = true, propertyNames, minProperties, maxProperties } = schema;
  const additional = member(additionalProperties, 'additionalProperties');
  const names = propertyNames === undefined ? ANY_STRING : member(propertyNames, 'propertyNames');
  return withNames(
    {
      kind: 'object',
      properties: propertiesOf(schema, additional, member),
      additional,
      names: ANY_STRING,
      min: numeric(minProperties, 0),
      max: numeric(maxProperties, Infinity),
    },
    names.kind === 'any' ? ANY_STRING : names,
  );
};

const propertiesOf = (schema: JsonObject, additional: Shape, member: ParseMember): Map<string, Property> => {
  const { properties = {}, required } = schema;
  const needed = new Set(isJsonArray(required) ? required : []);
  const listed = new Map<string, Property>();
  for (const [name, property] of isJsonObject(properties) ? Object.entries(properties) : []) {
    listed.set(name, { shape: member(property, 'properties', name), required: needed.has(name) });
  }
  for (const name of needed) {
    if (typeof name === 'string' && !listed.has(name))
      listed.set(name, { shape: additional, required: true });
  }
  return listed;
};

/** Names are those of all properties. A list of names is a list of properties. */
const withNames = (shape: ObjectShape, names: Shape): Shape => {
  const listed = names.kind === 'values' ? names.values.filter((name) => typeof name === 'string') : [];
  const properties = new Map(
    [...new Set([...shape.properties.keys(), ...listed])].map((name): [string, Property] => {
      const { shape: own, required } = propertyOf(shape, name);
      return [name, { shape: shapeNamed(name, names, own), required }];
    }),
  );
  const isListed = names.kind === 'values' || names.kind === 'never';
  const others = isListed ? { additional: NEVER, names: NEVER } : { names };
  return objectOf({ ...shape, properties, ...others });
};
