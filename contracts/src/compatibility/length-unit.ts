import { isJsonArray, isJsonObject, LENGTH_UNIT, type Json, type JsonObject } from './json.js';
import { isTooDeep } from './nesting.js';

/** What the length of a text is counted in: as JSON Schema and zod do, or as JavaScript, valibot and arktype. */
export const LENGTH_UNITS = ['code-point', 'utf-16'] as const;
export type LengthUnit = (typeof LENGTH_UNITS)[number];

/** The schema with this unit in each text that has bounds and names none. */
export const withLengthUnit = (schema: Json, unit: LengthUnit): Json =>
  isTooDeep(schema) ? schema : named(schema, unit);

const named = (part: Json, unit: LengthUnit): Json => {
  if (isJsonArray(part)) return part.map((each) => named(each, unit));
  if (!isJsonObject(part)) return part;
  const parts = Object.fromEntries(Object.entries(part).map(([key, each]) => [key, named(each, unit)]));
  return hasLength(part) && part[LENGTH_UNIT] === undefined ? { ...parts, [LENGTH_UNIT]: unit } : parts;
};

/** The first unit that a schema names. */
export const lengthUnitIn = (schema: Json): LengthUnit | undefined =>
  isTooDeep(schema) ? undefined : unitIn(schema);

const unitIn = (part: Json): LengthUnit | undefined => {
  if (typeof part !== 'object' || part === null) return undefined;
  const own = isJsonObject(part) ? LENGTH_UNITS.find((unit) => unit === part[LENGTH_UNIT]) : undefined;
  if (own !== undefined) return own;
  for (const each of Object.values<Json>(part)) {
    const unit = unitIn(each);
    if (unit !== undefined) return unit;
  }
  return undefined;
};

const hasLength = ({ type, minLength, maxLength }: JsonObject): boolean =>
  type === 'string' && (typeof minLength === 'number' || typeof maxLength === 'number');
