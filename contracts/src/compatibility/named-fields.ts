import { isJsonArray, isJsonObject, type Json, type JsonObject, type JsonSchema } from './json.js';
import { shapeOf } from './shape/parse.js';
import { itemAt, type ObjectShape, type Shape, type UnionShape } from './shape/shape.js';
import { tolerant } from './shape/tolerant.js';
import { validityOf } from './shape/validity.js';

/**
 * Removes the fields that a schema refuses only because it does not name them: what is left is valid exactly when the
 * payload can be read by the schema, see `Verdict`.
 */
export const namedFields = (schema: JsonSchema): ((payload: Json) => Json) => {
  const shape = shapeOf(schema);
  return (payload) => named(shape, payload);
};

const named = (shape: Shape, value: Json): Json => {
  switch (shape.kind) {
    case 'object':
      return isJsonObject(value) ? namedIn(shape, value) : value;
    case 'array':
      return isJsonArray(value) ? value.map((item, index) => named(itemAt(shape, index), item)) : value;
    case 'union':
      return named(alternativeOf(shape, value), value);
    case 'reference':
      return named(shape.resolve(), value);
    case 'partial':
      return named(shape.known, value);
    case 'any':
    case 'never':
    case 'values':
    case 'string':
    case 'number':
      return value;
  }
};

const namedIn = ({ properties, additional }: ObjectShape, value: JsonObject): Json => {
  const kept = Object.entries(value).filter(([name]) => properties.has(name) || additional.kind !== 'never');
  return Object.fromEntries(
    kept.map(([name, member]) => [name, named(properties.get(name)?.shape ?? additional, member)]),
  );
};

/** Payloads come many to a schema. */
const toleratedOf = new WeakMap<UnionShape, Shape>();

/** The first that the value fits without additional fields, otherwise the first that it fits with them. */
const alternativeOf = (union: UnionShape, value: Json): Shape => {
  const { members } = union;
  const fitting = members.find((member) => validityOf(member, value) !== 'invalid');
  if (fitting !== undefined) return fitting;
  const tolerated = toleratedOf.get(union) ?? tolerant(union);
  toleratedOf.set(union, tolerated);
  const index =
    tolerated.kind === 'union'
      ? tolerated.members.findIndex((member) => validityOf(member, value) !== 'invalid')
      : -1;
  return members[index] ?? { kind: 'any' };
};
