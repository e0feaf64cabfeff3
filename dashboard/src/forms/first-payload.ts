import type { JsonObject } from './json-object.js';

const EMPTY: Readonly<Record<string, unknown>> = {
  string: '',
  number: 0,
  integer: 0,
  boolean: false,
  null: null,
  array: [],
  object: {},
};

/** What the text of a payload begins with: the empty value of the schema's type, an object where it says none. */
export const firstPayload = ({ type }: JsonObject): unknown => {
  const first: unknown = Array.isArray(type) ? type[0] : type;
  return typeof first === 'string' && Object.hasOwn(EMPTY, first) ? EMPTY[first] : {};
};
