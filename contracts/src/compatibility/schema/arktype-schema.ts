import { isJsonArray, isJsonObject, UNDECIDABLE, type Json, type JsonObject } from '../json.js';

/** The used part of a schema of arktype. */
export interface ArktypeSchema {
  /** How it is built up, as JSON. */
  readonly json: unknown;
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
  const untrue = untrueOf(JSON.stringify(schema.json));
  if (untrue !== undefined) return { [UNDECIDABLE]: untrue };
  const converted = schema.toJsonSchema({
    target: 'draft-2020-12',
    fallback: { default: ({ code, base }) => ({ ...base, [UNDECIDABLE]: `a ${code} of arktype` }) },
  });
  // Safe: a JSON Schema is JSON, and what is no JSON is left out.
  return corrected(JSON.parse(JSON.stringify(converted)) as Json);
};

/** What its converter leaves out: what it says may refuse what arktype accepts. */
const untrueOf = (text: string): string | undefined => {
  const flags = /"flags":"(\w+)"/.exec(text)?.[1];
  if (flags !== undefined) return `a regular expression with the flags "${flags}"`;
  return text.includes('"undeclared":"delete"') ? 'other fields are deleted' : undefined;
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
