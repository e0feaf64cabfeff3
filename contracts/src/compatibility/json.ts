/** A value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = boolean | JsonObject;

/**
 * The keyword of a schema that says less than its library checks: its value is the reason. What the schema refuses, the
 * library refuses as well; there may be more.
 */
export const UNDECIDABLE = 'x-undecidable';

/**
 * The keyword of what `minLength` and `maxLength` of a text count, see `LengthUnit`. Builds that did not have it name no
 * unit: it may be either.
 */
export const LENGTH_UNIT = 'x-length-unit';

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isJsonArray = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** The text of a value with the keys of its objects sorted: equal values have equal texts. */
export const textOf = (value: Json): string => {
  if (isJsonArray(value)) return `[${value.map(textOf).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${textOf(member)}`).join(',')}}`;
};

/** A JSON pointer (RFC 6901) to a member of what `parent` points to. */
export const pointerTo = (parent: string, ...keys: readonly (string | number)[]): string =>
  [parent, ...keys.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');
