import { untrueOf, type Node } from './arktype-parts.js';
import { convertedJson } from './converted-json.js';
import { isJsonArray, isJsonObject, UNDECIDABLE, type Json, type JsonObject } from '../json.js';

/** The used part of a schema of arktype. */
export interface ArktypeSchema extends Node {
  toJsonSchema(options: {
    readonly target: 'draft-2020-12';
    readonly fallback: { readonly default: (part: UnsaidPart) => object };
  }): object;
}

/** A part that JSON Schema cannot express, and what it can say of it. */
interface UnsaidPart {
  readonly code: string;
  readonly base: object;
}

/** Converts a schema of arktype by itself, and names what JSON Schema cannot say. */
export const arktypeSchema = (schema: ArktypeSchema): Json => {
  const untrue = untrueOf(schema);
  if (untrue !== undefined) return { [UNDECIDABLE]: untrue };
  const converted = schema.toJsonSchema({ target: 'draft-2020-12', fallback: { default: unsaid } });
  return corrected(convertedJson(converted));
};

const unsaid = ({ code, base }: UnsaidPart): object => {
  const mark = { [UNDECIDABLE]: `a ${code} of arktype` };
  // What its rest must be is not that of the items after it.
  if (code === 'arrayPostfix') return { ...base, items: true, ...mark };
  return { ...base, ...mark };
};

/** What holds for each field of an index signature holds for those that are named, too. */
const corrected = (part: Json): Json => {
  if (isJsonArray(part)) return part.map(corrected);
  if (!isJsonObject(part)) return part;
  const object = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, corrected(value)]));
  const { type, properties, additionalProperties } = object;
  if (type !== 'object' || !isJsonObject(properties) || !isJsonObject(additionalProperties)) return object;
  const fields = Object.entries(properties).map(([name, field]) => [
    name,
    // A default is still one of the field itself.
    isJsonObject(field) && !('allOf' in field)
      ? { ...field, allOf: [additionalProperties] }
      : { allOf: [field, additionalProperties] },
  ]);
  return { ...object, properties: Object.fromEntries(fields) as JsonObject };
};
