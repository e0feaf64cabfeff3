import { isObject, type JsonObject } from './json-object.js';

const EMPTY: Readonly<Record<string, unknown>> = {
  string: '',
  number: 0,
  integer: 0,
  boolean: false,
  null: null,
  array: [],
  object: {},
};

/** What is edited first of a schema: its constant, or the empty value of its type or first variant; an object where it says none. */
export const firstPayload = (schema: JsonObject): unknown => {
  const { type, anyOf, oneOf } = schema;
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const first: unknown = Array.isArray(type) ? type[0] : type;
  if (typeof first === 'string' && Object.hasOwn(EMPTY, first)) return EMPTY[first];
  const variants = anyOf ?? oneOf;
  const variant: unknown = Array.isArray(variants) ? variants[0] : undefined;
  return isObject(variant) ? firstPayload(variant) : {};
};
