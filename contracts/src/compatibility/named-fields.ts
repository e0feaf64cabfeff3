import { isJsonArray, isJsonObject, type Json, type JsonObject, type JsonSchema } from './json.js';
import { shapeOf } from './shape/parse.js';
import { itemAt, type ObjectShape, type Shape } from './shape/shape.js';
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
      return named(alternativeOf(shape.members, value), value);
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

/** The first that the value fits without additional fields, otherwise the first that it fits with them. */
const alternativeOf = (members: readonly Shape[], value: Json): Shape =>
  members.find((member) => validityOf(member, value) !== 'invalid') ??
  members.find((member) => validityOf(tolerant(member), value) !== 'invalid') ?? { kind: 'any' };
