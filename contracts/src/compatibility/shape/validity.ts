import { isJsonArray, isJsonObject, textOf, type Json, type JsonObject } from '../json.js';
import { formatSamples } from './formats.js';
import {
  itemAt,
  propertyOf,
  type ArrayShape,
  type NumberShape,
  type ObjectShape,
  type Shape,
  type StringShape,
} from './shape.js';

/** Whether a shape allows a value; `unknown` where only its library could say. */
export type Validity = 'valid' | 'invalid' | 'unknown';

export const validityOf = (shape: Shape, value: Json): Validity => {
  switch (shape.kind) {
    case 'any':
      return 'valid';
    case 'never':
      return 'invalid';
    case 'values':
      return is(shape.values.some((allowed) => textOf(allowed) === textOf(value)));
    case 'string':
      return stringValidity(shape, value);
    case 'number':
      return numberValidity(shape, value);
    case 'array':
      return isJsonArray(value) ? arrayValidity(shape, value) : 'invalid';
    case 'object':
      return isJsonObject(value) ? objectValidity(shape, value) : 'invalid';
    case 'union':
      return anyOf(shape.members.map((member) => validityOf(member, value)));
    case 'reference':
      return validityOf(shape.resolve(), value);
    case 'partial':
      return partialValidity(shape.known, value);
  }
};

const partialValidity = (known: Shape, value: Json): Validity =>
  validityOf(known, value) === 'invalid' ? 'invalid' : 'unknown';

const is = (valid: boolean): Validity => (valid ? 'valid' : 'invalid');

const allOf = (parts: readonly Validity[]): Validity =>
  parts.includes('invalid') ? 'invalid' : parts.includes('unknown') ? 'unknown' : 'valid';

const anyOf = (parts: readonly Validity[]): Validity =>
  parts.includes('valid') ? 'valid' : parts.includes('unknown') ? 'unknown' : 'invalid';

const stringValidity = (shape: StringShape, value: Json): Validity => {
  if (typeof value !== 'string') return 'invalid';
  const { min, max, minUnits, maxUnits, patterns, formats } = shape;
  const points = Array.from(value).length;
  if (points < min || points > max || value.length < minUnits || value.length > maxUnits) return 'invalid';
  return allOf([
    ...patterns.map((pattern) => patternValidity(pattern, value)),
    ...formats.map((format) => formatValidity(format, value)),
  ]);
};

/** Some libraries use the flag `u` and some do not: only where both agree is the answer known. */
const patternValidity = (pattern: string, value: string): Validity => {
  try {
    const valid = new RegExp(pattern).test(value);
    return valid === new RegExp(pattern, 'u').test(value) ? is(valid) : 'unknown';
  } catch {
    return 'unknown';
  }
};

/** Each library has a check of its own. */
const formatValidity = (format: string, value: string): Validity => {
  const samples = formatSamples(format);
  if (samples.includes(value)) return 'valid';
  return samples.length > 0 && value === '' ? 'invalid' : 'unknown';
};

/** Libraries round quotients differently. */
const MAX_EXACT = 1e12;
/** More than any of them rounds. */
const ROUNDED = 1e-9;

const numberValidity = ({ integer, min, max, multiplesOf }: NumberShape, value: Json): Validity => {
  if (typeof value !== 'number') return 'invalid';
  if (integer && !Number.isInteger(value)) return 'invalid';
  if (min.exclusive ? value <= min.value : value < min.value) return 'invalid';
  if (max.exclusive ? value >= max.value : value > max.value) return 'invalid';
  return allOf(
    multiplesOf.map((divisor) => {
      if (Math.abs(value) > MAX_EXACT) return 'unknown';
      if (value % divisor === 0) return 'valid';
      const ratio = Math.abs(value / divisor);
      const isFar = Math.abs(ratio - Math.round(ratio)) > ROUNDED * Math.max(ratio, 1);
      return isFar || (Number.isInteger(value) && Number.isInteger(divisor)) ? 'invalid' : 'unknown';
    }),
  );
};

const arrayValidity = (shape: ArrayShape, values: readonly Json[]): Validity => {
  if (values.length < shape.min || values.length > shape.max) return 'invalid';
  if (shape.unique && new Set(values.map(textOf)).size < values.length) return 'invalid';
  return allOf(values.map((value, index) => validityOf(itemAt(shape, index), value)));
};

const objectValidity = (shape: ObjectShape, value: JsonObject): Validity => {
  const entries = Object.entries(value);
  if (entries.length < shape.min || entries.length > shape.max) return 'invalid';
  const missing = [...shape.properties].some(
    ([name, { required }]) => required && !Object.hasOwn(value, name),
  );
  if (missing) return 'invalid';
  return allOf(
    entries.flatMap(([name, member]) => [
      validityOf(propertyOf(shape, name).shape, member),
      shape.properties.has(name) ? 'valid' : validityOf(shape.names, name),
    ]),
  );
};
